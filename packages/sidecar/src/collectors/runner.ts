import type { Metric } from '../metric.ts';
import { joinAbsent } from './absent.ts';
import { CollectorTask } from './collector-task.ts';
import type { Outcome } from './collector-task.ts';
import { numbers } from './collector.ts';
import type { CollectorContext, CollectorFactory } from './collector.ts';
import { mergeFamilies } from './families.ts';
import type { Collectors } from './registry.ts';

export interface RunnerOptions {
  readonly collectors: Collectors;
  readonly context: CollectorContext;
  /** Milliseconds between two collections of a collector that has no slower pace. @default 5000 */
  readonly intervalMs?: number;
  /** Milliseconds that a collection of a collector without a pace may take. @default 2000 */
  readonly deadlineMs?: number;
  /** Told when a collector fails: at once if the error is another than before, else once a minute. */
  readonly onError?: (name: string, error: Error) => void;
}

/** How a collector does. */
interface CollectorStatus {
  readonly name: string;
  /** Whether its last collection succeeded. */
  readonly ok: boolean;
  /** Seconds that its last collection took. */
  readonly durationS: number;
  /** Why its last collection failed. */
  readonly error?: string;
  /** When its last collection ended or was given up, in milliseconds on the context's clock. */
  readonly collectedAt: number;
  /** Milliseconds between its collections, if it collects less often than others. */
  readonly intervalMs?: number;
}

/** What all collectors found last. */
export interface RunnerSnapshot {
  /** Each name once, also if several collectors found points of it; the runner's own `outrider.collector.*` included. */
  readonly metrics: readonly Metric[];
  /** Metric -> why it, or a part of its points, is not there. */
  readonly absent: Readonly<Record<string, string>>;
  /** The collectors of which a collection has ended. */
  readonly collectors: readonly CollectorStatus[];
}

/** Collects on a timer, so that reading what was collected takes no time. */
export interface Runner {
  /** Starts to collect; resolves when every collector's first collection has ended or hit its deadline. */
  start(): Promise<void>;
  /** What is known now: the same object until another collection has ended. */
  snapshot(): RunnerSnapshot;
  /** Collects at another interval from now on. */
  pace(intervalMs: number): void;
  /**
   * Runs these collectors from now on. One whose factory is the same goes on as it is; another of the same name is closed,
   * and what it found last is shown until its successor has found something. New ones collect at once.
   */
  replace(collectors: Collectors): void;
  /** Stops collecting and closes the collectors. */
  close(): void;
}

/**
 * Runs collectors, each on its own: one that hangs, throws or is slow changes nothing for the others.
 *
 * @example const runner = createRunner({ collectors: collectorsFor('linux'), context }); await runner.start();
 */
export function createRunner(options: RunnerOptions): Runner {
  const { context, deadlineMs = 2000, onError = () => undefined } = options;
  let { intervalMs = 5000 } = options;
  let snapshot: RunnerSnapshot | undefined;
  const onOutcome = (): void => {
    snapshot = undefined;
  };
  const make = (name: string, factory: CollectorFactory): CollectorTask =>
    new CollectorTask({ name, factory, context, intervalMs: () => intervalMs, deadlineMs, onOutcome, onError });
  let tasks = Object.entries(options.collectors).map(([name, factory]) => make(name, factory));
  /** What is shown in the place of tasks that have found nothing yet. */
  const before = new Map<CollectorTask, CollectorTask>();
  let timer: NodeJS.Timeout | undefined;
  let firstRound: Promise<void> | undefined;
  let closed = false;
  const round = async (): Promise<void> => {
    await Promise.all(tasks.map((task) => task.run()));
  };
  const begin = async (task: CollectorTask): Promise<void> => {
    await task.run();
    before.delete(task);
    snapshot = undefined;
  };
  return {
    start(): Promise<void> {
      timer ??= setInterval(() => void round(), intervalMs).unref();
      return (firstRound ??= round());
    },
    snapshot(): RunnerSnapshot {
      return (snapshot ??= takeSnapshot(tasks.map((task) => before.get(task) ?? task)));
    },
    pace(wantedMs: number): void {
      intervalMs = wantedMs;
      if (timer === undefined || closed) return;
      clearInterval(timer);
      timer = setInterval(() => void round(), intervalMs).unref();
    },
    replace(collectors: Collectors): void {
      const old = new Map(tasks.map((task) => [task.name, task]));
      tasks = Object.entries(collectors).map(([name, factory]) => {
        const former = old.get(name);
        if (former?.factory === factory) return former;
        const task = make(name, factory);
        if (former !== undefined) before.set(task, before.get(former) ?? former);
        return task;
      });
      for (const task of old.values()) {
        if (tasks.includes(task)) continue;
        before.delete(task);
        task.close();
      }
      snapshot = undefined;
      if (timer !== undefined && !closed) {
        for (const task of tasks) if (task.outcome === undefined) void begin(task);
      }
    },
    close(): void {
      closed = true;
      clearInterval(timer);
      for (const task of tasks) task.close();
    },
  };
}

type Ended = readonly [name: string, outcome: Outcome, intervalMs: number | undefined];

function takeSnapshot(tasks: readonly CollectorTask[]): RunnerSnapshot {
  const ended: Ended[] = [];
  const ups: Metric[] = [];
  for (const { name, outcome, slowIntervalMs, up } of tasks) {
    if (outcome === undefined) continue;
    ended.push([name, outcome, slowIntervalMs]);
    if (up !== undefined) ups.push(numbers(up.metric, [[outcome.error === undefined ? 1 : 0, up.attributes]]));
  }
  const { metrics, absent } = mergeFamilies([...ended.flatMap(([, { collection }]) => collection.metrics), ...ups]);
  return {
    metrics: ended.length === 0 ? [] : [...metrics, ...collectorMetrics(ended)],
    absent: joinAbsent([...ended.map(([, { collection }]) => collection.absent ?? {}), absent]),
    collectors: ended.map(([name, { collectedAt, durationS, error }, intervalMs]) => ({
      name,
      ok: error === undefined,
      durationS,
      collectedAt,
      ...(error === undefined ? {} : { error }),
      ...(intervalMs === undefined ? {} : { intervalMs }),
    })),
  };
}

function collectorMetrics(ended: readonly Ended[]): Metric[] {
  return [
    numbers(
      'outrider.collector.duration',
      ended.map(([collector, { durationS }]) => [durationS, { collector }]),
    ),
    numbers(
      'outrider.collector.success',
      ended.map(([collector, { error }]) => [error === undefined ? 1 : 0, { collector }]),
    ),
  ];
}
