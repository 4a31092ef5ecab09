import { getObserver, slowLogSink } from '@outrider/core';
import type { Observer } from '@outrider/core';
import { OutriderError, show } from '@outrider/core/errors';
import { listenToMongoose } from './mongoose.ts';
import { listenToMysql2 } from './mysql2.ts';
import { QueryRecorder } from './query-recorder.ts';
import type { SlowQueryLog } from './query-log.ts';
import { listenToIoredis, listenToNodeRedis } from './redis-channels.ts';

const DEFAULT_SLOW_MS = 50;

/** How queries are watched. */
export interface QueryOptions {
  /** From how many milliseconds on a query is slow, counted and logged. @default 50 */
  readonly slowMs?: number;
  /** What takes the slow queries. @default one JSON object a line on stderr */
  readonly log?: SlowQueryLog | undefined;
  /** @default the process's own */
  readonly observer?: Observer;
}

/** Ends the watching of queries, when it is called or its block is left. */
export interface QueryWatch extends Disposable {
  (): void;
}

const LISTENERS = [listenToMysql2, listenToIoredis, listenToNodeRedis, listenToMongoose];

// On globalThis and versioned: two copies of the package in one process, or a module that a hot reload evaluates again,
// would count every query twice.
const WATCH = Symbol.for('outrider.queries.v1');
// The metrics stay with their observer, however often the watching ends and begins.
const RECORDER = Symbol.for('outrider.queries.recorder.v1');

interface Current {
  readonly recorder: QueryRecorder;
  readonly stop: () => void;
}

const holder = globalThis as typeof globalThis & { [WATCH]?: Current | undefined };

/**
 * Measures the queries of mysql2 (from 3.20 on), ioredis (5.11), node-redis (5.12) and mongoose (9.7), which tell of them
 * on diagnostics channels, and of the clients that are given to `pgClient`, `watchMongo`, `timeQuery` and `recordQuery`:
 * their durations in `db.client.operation.duration`, the slow ones in `db.client.slow_queries` and a log. No value and no
 * text of a query gets into either.
 *
 * There is one watch a process: a second call sets what it is given anew. What it returns ends it.
 *
 * @example
 * watchQueries({ slowMs: 100 });
 *
 * @throws {OutriderError} OUTRIDER_OPTION
 */
export function watchQueries(options: QueryOptions = {}): QueryWatch {
  const { slowMs = DEFAULT_SLOW_MS, observer = getObserver() } = options;
  if (!Number.isFinite(slowMs) || slowMs < 0) {
    throw new OutriderError('OUTRIDER_OPTION', {
      option: 'slowMs',
      value: show(slowMs),
      expected: 'milliseconds, 0 or more',
    });
  }
  const sink = slowLogSink(options.log);
  const current = holder[WATCH]?.recorder.observer === observer ? holder[WATCH] : begin(observer);
  current.recorder.slowSeconds = slowMs / 1000;
  current.recorder.log.sink = sink;
  return Object.assign(current.stop, { [Symbol.dispose]: current.stop });
}

/** Where queries are recorded now; undefined if nobody watches them, or all of it is switched off. */
export function currentRecorder(): QueryRecorder | undefined {
  const recorder = holder[WATCH]?.recorder;
  return recorder?.observer.enabled === true ? recorder : undefined;
}

function begin(observer: Observer): Current {
  holder[WATCH]?.stop();
  const recorder = recorderOf(observer);
  const onFailure = (): void => observer.self.callbackFailed('queries');
  const stops = observer.enabled ? LISTENERS.map((listen) => listen(recorder, onFailure)) : [];
  const current: Current = {
    recorder,
    stop: () => {
      if (holder[WATCH] !== current) return;
      holder[WATCH] = undefined;
      for (const stop of stops) stop();
    },
  };
  holder[WATCH] = current;
  return current;
}

function recorderOf(observer: Observer): QueryRecorder {
  const holding = observer as Observer & { [RECORDER]?: QueryRecorder };
  holding[RECORDER] ??= new QueryRecorder(observer);
  return holding[RECORDER];
}
