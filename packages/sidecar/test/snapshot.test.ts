import { describe, expect, it } from 'vitest';
import { numbers } from '../src/collectors/collector.ts';
import { createRunner } from '../src/collectors/runner.ts';
import type { Runner } from '../src/collectors/runner.ts';
import { createSnapshots } from '../src/snapshot.ts';
import { Store } from '../src/store/store.ts';
import { from, number } from './store/pushes.ts';

const INTERVAL = 5000;
const SETTINGS = { instance: 'here', intervalMs: INTERVAL };

class Bench {
  now = 1000;
  failing = false;
  readonly missing = ['first collection'];
  readonly store: Store = new Store({ seriesLimit: 10, clock: () => this.now });
  readonly runner: Runner = createRunner({
    collectors: {
      cpu: () => ({
        collect: () => {
          if (this.failing) throw new Error('no procfs');
          return { metrics: [numbers('system.cpu.utilization', [[0.5]])] };
        },
      }),
    },
    context: { procRoot: '/proc', sysRoot: '/sys', clock: () => this.now },
    // The test says when; no timer does.
    intervalMs: 2 ** 31 - 1,
  });
  readonly snapshot = createSnapshots({
    settings: () => SETTINGS,
    store: () => this.store.view(),
    host: () => this.runner.snapshot(),
    own: () => [],
    missing: () => [...this.missing],
    clock: () => this.now,
    wallClock: () => Date.UTC(2026, 10, 21) + this.now,
  });

  push(): void {
    this.store.push([from('a', [number('calls', 'counter', [[1]])])]);
  }
}

describe('a snapshot', () => {
  it('is the same for as long as nothing happens', async () => {
    const bench = new Bench();
    await bench.runner.start();
    const first = bench.snapshot();
    expect(first).toMatchObject({ instance: 'here', time: new Date('2026-11-21T00:00:01.000Z'), fresh: true });
    bench.now += 1000;
    expect(bench.snapshot()).toBe(first);
    bench.runner.close();
  });

  it('is another after a push, a collection, and when nothing is missing any more', async () => {
    const bench = new Bench();
    const seen = [bench.snapshot()];
    bench.push();
    seen.push(bench.snapshot());
    await bench.runner.start();
    seen.push(bench.snapshot());
    bench.missing.pop();
    seen.push(bench.snapshot(), bench.snapshot());
    expect(new Set(seen).size).toBe(4);
    expect(seen.map(({ missing }) => missing.length)).toEqual([1, 1, 1, 0, 0]);
    bench.runner.close();
  });
});

describe('freshness', () => {
  it('ends three intervals after the last collection', async () => {
    const bench = new Bench();
    expect(bench.snapshot().fresh).toBe(false);
    await bench.runner.start();
    bench.now += 3 * INTERVAL;
    expect(bench.snapshot().fresh).toBe(true);
    bench.now += 1;
    expect(bench.snapshot().fresh).toBe(false);
    bench.runner.close();
  });

  it.each([
    ['one like others', undefined, INTERVAL],
    ['a slower one', 30_000, 30_000],
  ])('of %s ends after three of its own intervals', (_, intervalMs, interval) => {
    let now = 0;
    const status = {
      name: 'disk',
      ok: true,
      durationS: 0,
      collectedAt: 0,
      ...(intervalMs === undefined ? {} : { intervalMs }),
    };
    const host = { metrics: [], absent: {}, collectors: [status] };
    const store = new Store({ seriesLimit: 10, clock: () => now }).view();
    const snapshot = createSnapshots({
      settings: () => SETTINGS,
      store: () => store,
      host: () => host,
      own: () => [],
      missing: () => [],
      clock: () => now,
      wallClock: () => now,
    });
    now = 3 * interval;
    expect(snapshot().fresh).toBe(true);
    now += 1;
    expect(snapshot().fresh).toBe(false);
  });

  it('does not come from a collection that failed', async () => {
    const bench = new Bench();
    bench.failing = true;
    await bench.runner.start();
    expect(bench.snapshot()).toMatchObject({ fresh: false, host: { collectors: [{ name: 'cpu', ok: false }] } });
    bench.runner.close();
  });

  it('comes from a process that is pushing, and goes with it', () => {
    const bench = new Bench();
    bench.push();
    expect(bench.snapshot().fresh).toBe(true);
    bench.now += 200_000;
    expect(bench.snapshot().fresh).toBe(false);
  });
});
