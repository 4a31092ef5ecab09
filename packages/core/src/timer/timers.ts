import type { Instruments } from '../instruments/instruments.ts';
import type { Intake } from '../instruments/intake.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import type { SeriesBudget } from '../recorder/series-budget.ts';
import type { SelfSource } from '../self-source.ts';
import { slowLogSink } from '../slow-log-sink.ts';
import { SlowLogLimiter } from '../slow-log.ts';
import { warnOnce } from '../warn.ts';
import { followGenerator, followPromise, isGenerator, isThenable } from './follow.ts';
import { Operations } from './operations.ts';
import { RunningTimer } from './running-timer.ts';
import type { TimerEnd, TimerOptions } from './running-timer.ts';
import { slowOperation } from './slow-operation.ts';
import type { SlowOperationLog } from './slow-operation.ts';

const NO_OPTIONS: TimerOptions = {};

/** Names longer than this are no names. */
export const MAX_OPERATION_NAME = 128;

/** What timers need of their observer. */
export interface TimerParts {
  readonly budget: SeriesBudget;
  readonly self: SelfSource;
  /** Whether anything is measured at all. */
  readonly enabled: boolean;
}

/** What an operation's series have of attributes already, by their Prometheus names. */
const OPERATION_LABELS = ['operation_name', 'error_type'];

/** Times operations of the application. */
export class Timers implements MetricSource {
  /** Takes slow operations where a timer has no log of its own. */
  log: SlowOperationLog | undefined;
  readonly #parts: TimerParts;
  // Not the slow log's own: an operation that is often slow would leave no room for requests.
  readonly #limiter = new SlowLogLimiter(performance.now());
  readonly #operations: Operations;
  readonly #intake: Intake;
  readonly #ended = (end: TimerEnd): void => this.#record(end);

  constructor(parts: TimerParts, instruments: Instruments) {
    this.#parts = parts;
    parts.self.addLimiter(this.#limiter);
    this.#operations = new Operations(parts.budget);
    this.#intake = instruments.intake(this.#operations.duration.definition, OPERATION_LABELS);
  }

  /** See the observer's method `startTimer`. */
  start(name: string, options?: TimerOptions): RunningTimer {
    const operation = this.#parts.enabled && this.#isName(name) ? this.#operations.get(name) : undefined;
    return new RunningTimer(name, operation, options ?? NO_OPTIONS, this.#ended);
  }

  /** See the observer's method `timer`. */
  run<Result>(name: string, run: () => Result, options?: TimerOptions): Result {
    const timer = this.start(name, options);
    let result: Result;
    try {
      result = run();
    } catch (error) {
      timer.fail(error);
      throw error;
    }
    if (typeof result === 'object' && result !== null) {
      if (isGenerator(result)) {
        followGenerator(result, () => this.start(name, options));
        return result;
      }
      if (isThenable(result)) return followPromise(result, timer) as Result;
    }
    timer.end();
    return result;
  }

  collect(visitor: MetricVisitor): void {
    this.#operations.collect(visitor);
  }

  // A name may be made up at run time, in a request: a wrong one costs its measurement and not the request.
  #isName(name: unknown): name is string {
    if (typeof name === 'string' && name.length > 0 && name.length <= MAX_OPERATION_NAME) return true;
    this.#intake.rejected++;
    // Without the name: there may be any number of them.
    warnOnce(`timer(name, fn) needs a name of 1 to ${MAX_OPERATION_NAME} characters; what has none is not measured`);
    return false;
  }

  #record({ name, operation, seconds, error, growth, options }: TimerEnd): void {
    const { attributes, slowMs } = options;
    operation.record(seconds, error, attributes && this.#intake.labels(attributes));
    if (growth !== undefined && growth >= 0) operation.recordGrowth(growth);
    if (slowMs !== undefined && seconds * 1000 >= slowMs) this.#logSlow(name, seconds, error, options);
  }

  #logSlow(name: string, seconds: number, error: string | undefined, { log }: TimerOptions): void {
    const suppressed = this.#limiter.admit(performance.now());
    if (suppressed === undefined) return;
    try {
      const written: unknown = slowLogSink(log ?? this.log)(slowOperation(name, seconds, error, suppressed));
      if (written instanceof Promise) written.catch(() => this.#parts.self.callbackFailed('log'));
    } catch {
      this.#parts.self.callbackFailed('log');
    }
  }
}
