import { AsyncLocalStorage } from 'node:async_hooks';
import { Observer } from '@outrider/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { readMetric } from '../../conformance/src/readings.ts';
import { tasks } from '../src/tasks.ts';

let observer: Observer;

beforeEach(() => {
  observer = new Observer({ environment: {}, push: false, runtime: false });
});

function depth(): Record<string, number> {
  return Object.fromEntries(
    readMetric(observer, 'queue.depth', { 'queue.name': 'mails' }).map(({ attributes, value }) => [
      attributes['queue.state'],
      value,
    ]),
  );
}

function figure(metric: string): number | undefined {
  return readMetric(observer, metric, { 'queue.name': 'mails' })[0]?.value;
}

function gate(): { open: () => void; through: () => Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, through: () => promise };
}

describe('tasks', () => {
  it('count those that run; without a limit nothing waits', async () => {
    const mails = tasks({ name: 'mails', observer });
    const { open, through } = gate();
    const running = [mails.run(through), mails.run(through)];
    expect(depth()).toEqual({ active: 2 });
    expect(figure('queue.concurrency')).toBeUndefined();
    expect(figure('queue.oldest_age')).toBeUndefined();
    open();
    await Promise.all(running);
    expect(depth()).toEqual({ active: 0 });
  });

  it('count those that wait, with the age of the first', async () => {
    const mails = tasks({ name: 'mails', concurrency: 2, observer });
    expect(depth()).toEqual({ active: 0, waiting: 0 });
    const gates = Array.from({ length: 4 }, gate);
    const running = gates.map(({ through }) => mails.run(through));
    expect(depth()).toEqual({ active: 2, waiting: 2 });
    expect(figure('queue.concurrency')).toBe(2);
    await expect.poll(() => figure('queue.oldest_age')).toBeGreaterThan(0.01);
    const before = figure('queue.oldest_age')!;
    await expect.poll(() => figure('queue.oldest_age')).toBeGreaterThan(before);
    gates[1]!.open();
    await running[1];
    expect(depth()).toEqual({ active: 2, waiting: 1 });
    for (const { open } of gates) open();
    await Promise.all(running);
    expect(depth()).toEqual({ active: 0, waiting: 0 });
    // Nobody waits, so nobody has waited for 0 s.
    expect(figure('queue.oldest_age')).toBeUndefined();
  });

  it('never run more than the limit at once, in the order they came', async () => {
    const mails = tasks({ name: 'mails', concurrency: 3, observer });
    const order: number[] = [];
    let [running, most] = [0, 0];
    const task = async (at: number): Promise<void> => {
      order.push(at);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      // One that is added the moment a place is free does not slip in before those that wait.
      if (at < 20) late.push(mails.run(() => task(at + 100)));
    };
    const late: Array<Promise<void>> = [];
    await Promise.all(Array.from({ length: 50 }, (_, at) => mails.run(() => task(at))));
    await Promise.all(late);
    expect(most).toBe(3);
    expect(order.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(depth()).toEqual({ active: 0, waiting: 0 });
  });

  it('pass on what the task answers or throws, and go on with the next', async () => {
    const mails = tasks({ name: 'mails', concurrency: 1, observer });
    const error = new Error('planned');
    const outcomes = [
      mails.run(() => Promise.reject(error)),
      mails.run(() => {
        throw error;
      }),
      mails.run(() => 'sent'),
    ];
    await expect(outcomes[0]).rejects.toBe(error);
    await expect(outcomes[1]).rejects.toBe(error);
    await expect(outcomes[2]).resolves.toBe('sent');
    expect(depth()).toEqual({ active: 0, waiting: 0 });
  });

  it('begin at once where there is room, and run in the context of who asked', async () => {
    const mails = tasks({ name: 'mails', concurrency: 1, observer });
    const context = new AsyncLocalStorage<string>();
    const seen: Array<string | undefined> = [];
    const running = ['a', 'b'].map((asker) =>
      context.run(asker, () =>
        mails.run(async () => {
          seen.push(context.getStore());
        }),
      ),
    );
    expect(seen).toEqual(['a']);
    await Promise.all(running);
    expect(seen).toEqual(['a', 'b']);
  });

  it('time each one that runs, and not its wait', async () => {
    const mails = tasks({ name: 'mails', concurrency: 1, observer });
    const { open, through } = gate();
    const running = [mails.run(through), mails.run(() => 'sent'), mails.run(() => Promise.reject(new TypeError()))];
    // The first has run for so long by then.
    await expect.poll(() => figure('queue.oldest_age'), { timeout: 5000 }).toBeGreaterThan(0.2);
    open();
    await Promise.allSettled(running);
    const [sent, failed] = [undefined, 'TypeError'].map((type) =>
      readMetric(observer, 'operation.duration', { 'operation.name': 'mails' }).find(
        ({ attributes }) => attributes['error.type'] === type,
      ),
    );
    expect([sent?.value, failed?.value]).toEqual([2, 1]);
    expect(sent?.sum).toBeGreaterThan(0.2);
    expect(failed?.sum).toBeLessThan(0.2);
  });

  it.each([{ name: '' }, { name: undefined }, { concurrency: 0 }, { concurrency: Number.NaN }, { concurrency: '4' }])(
    'are not made with %j',
    (wrong) => {
      const options = { name: 'mails', observer, ...wrong };
      expect(() => tasks(options as never)).toThrow(expect.objectContaining({ code: 'OUTRIDER_OPTION' }));
    },
  );
});
