import { afterEach, expect, it, vi } from 'vitest';
import { numbers } from '../../src/collectors/collector.ts';
import type { Collection, CollectorFactory } from '../../src/collectors/collector.ts';
import { createRunner } from '../../src/collectors/runner.ts';
import type { Runner } from '../../src/collectors/runner.ts';
import { thisMachine, values } from '../fixtures/proc-tree.ts';

let runner: Runner;
let closed: string[] = [];

afterEach(() => {
  runner.close();
  closed = [];
});

function found(value: number): Collection {
  return { metrics: [numbers('system.memory.limit', [[value]])] };
}

function collector(name: string, collect: () => Collection | Promise<Collection>): CollectorFactory {
  return () => ({ collect, close: () => closed.push(name) });
}

function names(): string[] {
  return runner.snapshot().collectors.map(({ name }) => name);
}

it('keeps a collector of the same factory, closes one that is gone, and asks a new one at once', async () => {
  let calls = 0;
  const kept = collector('kept', () => found((calls += 1)));
  const gone = collector('gone', () => ({ metrics: [numbers('system.cpu.utilization', [[0.5]])] }));
  runner = createRunner({ collectors: { kept, gone }, context: thisMachine, intervalMs: 60_000 });
  await runner.start();
  runner.replace({ kept, coming: collector('coming', () => ({ metrics: [numbers('system.uptime', [[7]])] })) });
  expect(closed).toEqual(['gone']);
  await vi.waitFor(() => expect(names()).toEqual(['kept', 'coming']), 10_000);
  expect(calls).toBe(1);
  expect(values(runner.snapshot())).not.toHaveProperty('system.cpu.utilization');
});

it('shows what a collector found last until its successor of the same name has found something', async () => {
  runner = createRunner({ collectors: { one: collector('old', () => found(1)) }, context: thisMachine });
  await runner.start();
  const { promise, resolve } = Promise.withResolvers<Collection>();
  runner.replace({ one: collector('middle', () => promise) });
  runner.replace({ one: collector('new', () => promise) });
  expect(closed).toEqual(['old', 'middle']);
  expect(values(runner.snapshot())).toMatchObject({ 'system.memory.limit': 1 });
  resolve(found(2));
  await vi.waitFor(() => expect(values(runner.snapshot())).toMatchObject({ 'system.memory.limit': 2 }), 10_000);
});

it('collects at the pace that it is told', async () => {
  let calls = 0;
  runner = createRunner({
    collectors: { one: collector('one', () => found((calls += 1))) },
    context: thisMachine,
    intervalMs: 600_000,
  });
  runner.pace(500_000);
  await runner.start();
  expect(calls).toBe(1);
  runner.pace(20);
  await vi.waitFor(() => expect(calls).toBeGreaterThan(3), 10_000);
});
