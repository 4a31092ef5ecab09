import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { numbers } from '../../src/collectors/collector.ts';
import type { Collection, CollectorFactory } from '../../src/collectors/collector.ts';
import { collectorsFor } from '../../src/collectors/registry.ts';
import { createRunner } from '../../src/collectors/runner.ts';
import type { Runner, RunnerOptions } from '../../src/collectors/runner.ts';
import { recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

const LIMIT: Collection = { metrics: [numbers('system.memory.limit', [[1]])] };

let running: Runner | undefined;

function start(collectors: RunnerOptions['collectors'], options: Partial<RunnerOptions> = {}): Promise<void> {
  running = createRunner({ collectors, context: thisMachine, intervalMs: 1000, deadlineMs: 200, ...options });
  return running.start();
}

function runner(): Runner {
  if (running === undefined) throw new Error('not started');
  return running;
}

/** A collector that returns what `collect` makes of the number of the call. */
function collector(collect: (call: number) => Collection | Promise<Collection>): CollectorFactory {
  return () => {
    let calls = 0;
    return { collect: () => collect((calls += 1)) };
  };
}

const counting = collector((call) => ({ metrics: [numbers('system.memory.limit', [[call]])] }));

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function read(): Record<string, number> {
  return values(runner().snapshot());
}

afterEach(() => {
  running?.close();
  running = undefined;
  vi.useRealTimers();
});

describe('by the clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  test('nothing is known before the first round', () => {
    running = createRunner({ collectors: { counting }, context: thisMachine });
    expect(runner().snapshot()).toEqual({ metrics: [], absent: {}, collectors: [] });
  });

  test('collects at once and then every five seconds by default', async () => {
    running = createRunner({ collectors: { counting }, context: thisMachine });
    await running.start();
    expect(read()['system.memory.limit']).toBe(1);
    await vi.advanceTimersByTimeAsync(4999);
    expect(read()['system.memory.limit']).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(read()['system.memory.limit']).toBe(2);
  });

  test('starting twice starts once', async () => {
    const first = start({ counting });
    expect(runner().start()).toBe(first);
    await first;
    await vi.advanceTimersByTimeAsync(1000);
    expect(read()['system.memory.limit']).toBe(2);
  });

  test('a snapshot is the same object until another collection has ended', async () => {
    await start({ counting });
    const first = runner().snapshot();
    expect(runner().snapshot()).toBe(first);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runner().snapshot()).not.toBe(first);
    expect(values(first)['system.memory.limit']).toBe(1);
  });

  test('says how long each collection took and whether it succeeded', async () => {
    const slow = collector(async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 150);
      });
      return LIMIT;
    });
    const starting = start({ counting, slow });
    await vi.advanceTimersByTimeAsync(150);
    await starting;
    expect(read()).toMatchObject({
      'outrider.collector.duration{collector=counting}': 0,
      'outrider.collector.duration{collector=slow}': 0.15,
      'outrider.collector.success{collector=counting}': 1,
      'outrider.collector.success{collector=slow}': 1,
    });
    const now = performance.now();
    expect(runner().snapshot().collectors).toEqual([
      { name: 'counting', ok: true, durationS: 0, collectedAt: now - 150 },
      { name: 'slow', ok: true, durationS: 0.15, collectedAt: now },
    ]);
  });

  describe('a collector with a slower pace', () => {
    const slow = (collect: () => Collection | Promise<Collection>, intervalMs = 3000): CollectorFactory => {
      return () => ({ pace: { intervalMs, deadlineMs: 1500 }, collect });
    };

    test('collects at once and then in its own interval, the others in theirs', async () => {
      let calls = 0;
      await start({ counting, slow: slow(() => ({ metrics: [numbers('system.disk.io_time', [[(calls += 1)]])] })) });
      const seen: (number | undefined)[] = [];
      for (let second = 0; second < 7; second += 1) {
        seen.push(read()['system.disk.io_time']);
        await vi.advanceTimersByTimeAsync(1000);
      }
      expect(seen).toEqual([1, 1, 1, 2, 2, 2, 3]);
      expect(read()['system.memory.limit']).toBe(8);
    });

    test('is asked in the round that is nearest, where rounds are late', async () => {
      // A clock on which each round comes a little early or late.
      let now = 0;
      const at: number[] = [];
      await start({ slow: slow(() => (at.push(now), LIMIT)) }, { context: { ...thisMachine, clock: () => now } });
      for (const next of [1200, 1900, 2990, 4300, 5100, 5800, 7400]) {
        now = next;
        await vi.advanceTimersByTimeAsync(1000);
      }
      expect(at).toEqual([0, 2990, 5800]);
    });

    test('is one like others where the interval of all is longer', async () => {
      let calls = 0;
      await start({
        slow: slow(() => {
          calls += 1;
          return LIMIT;
        }, 999),
      });
      await vi.advanceTimersByTimeAsync(4000);
      expect(calls).toBe(5);
      expect(runner().snapshot().collectors[0]).not.toHaveProperty('intervalMs');
    });

    test('has its own deadline, and its status tells its interval', async () => {
      const starting = start({ slow: slow(never), counting });
      await vi.advanceTimersByTimeAsync(1499);
      expect(runner().snapshot().collectors).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      await starting;
      expect(runner().snapshot().collectors).toMatchObject([
        { name: 'slow', ok: false, error: 'timed out after 1500 ms', intervalMs: 3000 },
        { name: 'counting', ok: true },
      ]);
      expect(runner().snapshot().collectors[1]).not.toHaveProperty('intervalMs');
    });

    test('that fails is tried again in its own interval only', async () => {
      let calls = 0;
      const failing = slow(() => {
        calls += 1;
        throw new Error('no');
      });
      await start({ failing });
      await vi.advanceTimersByTimeAsync(2000);
      expect(calls).toBe(1);
      await vi.advanceTimersByTimeAsync(1000);
      expect(calls).toBe(2);
    });
  });

  test('a collector that hangs: the first round ends at the deadline, the others are untouched', async () => {
    const signals: AbortSignal[] = [];
    const hanging: CollectorFactory = () => ({
      collect: (signal) => {
        signals.push(signal);
        return never();
      },
    });
    const onError = vi.fn<(name: string, error: Error) => void>();
    const starting = start({ hanging, counting }, { onError });
    await vi.advanceTimersByTimeAsync(199);
    expect(signals[0]?.aborted).toBe(false);
    expect(
      runner()
        .snapshot()
        .collectors.map(({ name }) => name),
    ).toEqual(['counting']);
    await vi.advanceTimersByTimeAsync(1);
    await starting;
    expect(signals[0]?.aborted).toBe(true);

    // For as long as it hangs it is not asked again.
    await vi.advanceTimersByTimeAsync(5000);
    expect(signals).toHaveLength(1);
    expect(onError.mock.calls).toEqual([['hanging', new Error('timed out after 200 ms')]]);
    expect(read()).toMatchObject({
      'system.memory.limit': 6,
      'outrider.collector.success{collector=hanging}': 0,
      'outrider.collector.success{collector=counting}': 1,
      'outrider.collector.duration{collector=hanging}': 0.2,
    });
    expect(runner().snapshot().collectors[0]).toMatchObject({ ok: false, error: 'timed out after 200 ms' });
  });

  test('what a collector that hangs had before disappears, with the reason; it recovers when it answers', async () => {
    const answer = Promise.withResolvers<Collection>();
    await start({ moody: collector((call) => (call === 2 ? answer.promise : LIMIT)) });
    expect(read()).toHaveProperty(['system.memory.limit']);

    await vi.advanceTimersByTimeAsync(1200);
    expect(read()).not.toHaveProperty(['system.memory.limit']);
    expect(runner().snapshot().absent).toEqual({
      'system.memory.limit': 'the collector moody failed: timed out after 200 ms',
    });

    // An answer that comes too late is not taken.
    answer.resolve(LIMIT);
    await vi.advanceTimersByTimeAsync(0);
    expect(read()).not.toHaveProperty(['system.memory.limit']);

    await vi.advanceTimersByTimeAsync(1000);
    expect(read()).toHaveProperty(['system.memory.limit']);
    expect(runner().snapshot().absent).toEqual({});
  });

  test.each<[string, () => Collection | Promise<Collection>, string]>([
    [
      'throws',
      () => {
        throw new Error('no such file');
      },
      'no such file',
    ],
    ['rejects', () => Promise.reject(new Error('refused')), 'refused'],
    ['rejects with something else', () => Promise.reject<Collection>('nope'), 'nope'],
  ])('a collector that %s: no samples, its error, the others untouched', async (_, fail, message) => {
    await start({
      failing: collector((call) => (call === 1 ? LIMIT : fail())),
      pressure: collector(() => ({
        metrics: [numbers('system.memory.utilization', [[0.5]])],
      })),
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(read()).toMatchObject({
      'system.memory.utilization': 0.5,
      'outrider.collector.success{collector=failing}': 0,
      'outrider.collector.success{collector=pressure}': 1,
    });
    expect(read()).not.toHaveProperty(['system.memory.limit']);
    expect(runner().snapshot().collectors[0]).toMatchObject({ name: 'failing', ok: false, error: message });
    expect(runner().snapshot().absent['system.memory.limit']).toBe(`the collector failing failed: ${message}`);
  });

  test('a factory that throws is a collector that fails, and is tried again', async () => {
    let made = 0;
    const late: CollectorFactory = () => {
      made += 1;
      if (made === 1) throw new Error('not yet');
      return { collect: () => LIMIT };
    };
    await start({ late });
    expect(runner().snapshot().collectors[0]).toMatchObject({ ok: false, error: 'not yet' });
    await vi.advanceTimersByTimeAsync(3000);
    expect(runner().snapshot().collectors[0]).toMatchObject({ ok: true });
    expect(made).toBe(2);
  });

  test('an error is told at once, the same again only after a minute, another at once', async () => {
    const told: string[] = [];
    const onError = (name: string, { message }: Error): void => {
      told.push(`${name}: ${message}`);
      throw new Error('a reporter that fails');
    };
    const failing = collector((call) => {
      throw new Error(call > 70 ? 'another' : 'the same');
    });
    await start({ failing }, { onError });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(told).toEqual(['failing: the same']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual(['failing: the same', 'failing: the same']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told).toEqual(['failing: the same', 'failing: the same', 'failing: another']);
  });

  test('points of one metric from two collectors are one metric, reasons are joined', async () => {
    const part = (device: string): CollectorFactory =>
      collector(() => ({
        metrics: [numbers('system.disk.io_time', [[1, { 'system.device.name': device }]])],
        absent: { 'system.disk.io': `${device} does not tell` },
      }));
    await start({ a: part('sda'), b: part('sdb') });
    const { metrics, absent } = runner().snapshot();
    expect(metrics.map(({ name }) => name)).toEqual([
      'system.disk.io_time',
      'outrider.collector.duration',
      'outrider.collector.success',
    ]);
    expect(read()).toMatchObject({
      'system.disk.io_time{system.device.name=sda}': 1,
      'system.disk.io_time{system.device.name=sdb}': 1,
    });
    expect(absent).toEqual({ 'system.disk.io': 'sda does not tell; sdb does not tell' });
  });

  test('closing ends the first round, aborts what is under way, closes collectors and keeps the last figures', async () => {
    const signals: AbortSignal[] = [];
    const close = vi.fn<() => void>(() => {
      throw new Error('a close that fails');
    });
    const hanging: CollectorFactory = () => ({
      collect: (signal) => {
        signals.push(signal);
        return never();
      },
      close,
    });
    const starting = start({ hanging, counting });
    await vi.advanceTimersByTimeAsync(0);
    const before = runner().snapshot();
    runner().close();
    runner().close();
    await starting;
    expect(signals[0]?.aborted).toBe(true);
    expect(close).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runner().snapshot()).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('a recorded host: everything is there', async () => {
  await start(collectorsFor('linux'), { context: recorded('proc-host'), deadlineMs: 5000 });
  const { collectors } = runner().snapshot();
  expect(collectors.filter(({ ok }) => !ok)).toEqual([]);
  expect(Object.keys(read()).length).toBeGreaterThan(60);
});

test('a slow machine is not a failure: the first snapshot of this one has the CPU utilization', async () => {
  await start(collectorsFor('linux'), { deadlineMs: 5000 });
  expect(read()['system.cpu.utilization']).toBeGreaterThanOrEqual(0);
  expect(runner().snapshot().collectors).toHaveLength(9);
});

test('a runner keeps no process alive, but the first round does until its end', async () => {
  const source = new URL('../../src/collectors/', import.meta.url);
  const script = `
    import { createRunner } from '${fileURLToPath(new URL('runner.ts', source))}';
    const hanging = () => ({ collect: () => new Promise(() => undefined) });
    const context = { procRoot: '/proc', sysRoot: '/sys', clock: () => performance.now() };
    const runner = createRunner({ collectors: { hanging }, context, intervalMs: 60_000, deadlineMs: 100 });
    await runner.start();
    process.stdout.write(runner.snapshot().collectors[0].error);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--no-warnings', '--input-type=module', '--eval', script],
    { timeout: 15_000 },
  );
  expect(stdout).toBe('timed out after 100 ms');
});
