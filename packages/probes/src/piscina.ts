import { OutriderError } from '@outrider/core';
import type { PoolReader, PoolStats, PoolTimings } from '@outrider/core';
import { shadow } from './shadow.ts';
import { hasFunctions, hasNumbers } from './shape.ts';
import { WaitingCallers } from './waiting-callers.ts';

interface Piscina {
  readonly threads: readonly unknown[];
  readonly idleThreads: number;
  readonly queueSize: number;
  readonly maxThreads: number;
  readonly minThreads: number;
  readonly histogram?: { readonly histogram?: Recorder | null };
}

/** Where Piscina records the times of each task, in milliseconds; it is none with `recordTiming: false`. */
interface Recorder {
  readonly recordWaitTime: (milliseconds: number) => void;
  readonly recordRunTime: (milliseconds: number) => void;
}

function isPiscina(target: object): boolean {
  return (
    hasNumbers(target, ['idleThreads', 'queueSize', 'maxThreads', 'minThreads']) &&
    hasFunctions(target, ['run', 'destroy']) &&
    Array.isArray((target as { threads?: unknown }).threads)
  );
}

/**
 * Reads a pool of Piscina 5. A thread that is being started counts as used, and the tasks that it will take are not
 * counted as waiting. The times of tasks need `recordTiming`, which is on by default.
 *
 * @example
 * observer.pool(new Piscina({ filename, maxThreads: 4 }), { name: 'images', timings: true });
 */
export const piscinaPool: PoolReader = {
  library: 'piscina',
  family: 'thread',
  matches: isPiscina,
  read(target: object): PoolStats {
    const { threads, idleThreads, queueSize, maxThreads, minThreads } = target as Piscina;
    return {
      used: threads.length - idleThreads,
      idle: idleThreads,
      pending: queueSize,
      limit: maxThreads,
      idleMin: minThreads,
    };
  },
  // Its histograms cannot be read bucket by bucket, so that what goes into them is taken on the way. What a task waited
  // is told when a thread takes it, without saying which task it is.
  time(target: object, timings: PoolTimings): void {
    const { histogram } = target as Piscina;
    const recorder = histogram?.histogram;
    if (!recorder || !hasFunctions(recorder, ['recordWaitTime', 'recordRunTime'])) {
      throw new OutriderError('OUTRIDER_PROBE_TIMINGS', {
        name: 'of piscina',
        library: 'a Piscina with recordTiming: false',
      });
    }
    const callers = new WaitingCallers(() => performance.now());
    shadow(target, 'run', async (run, self, args) => {
      const caller = callers.begin(timings.wait());
      try {
        const running = Reflect.apply(run, self, args);
        // Nearer to when Piscina began to count than before the call: tasks come within microseconds of each other.
        caller.beginsNow();
        const result = await running;
        caller.end('ok');
        return result;
      } catch (error) {
        caller.end('error');
        throw error;
      }
    });
    const record = (name: keyof Recorder, take: (milliseconds: number) => void): void =>
      shadow(recorder, name, (method, self, args) => {
        take(Number(args[0]));
        return Reflect.apply(method, self, args);
      });
    record('recordWaitTime', (milliseconds) => callers.endAfter(milliseconds, 'ok'));
    record('recordRunTime', (milliseconds) => timings.used(milliseconds / 1000));
  },
};
