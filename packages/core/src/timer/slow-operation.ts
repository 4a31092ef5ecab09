import { activeSpanIds } from '../span-ids.ts';
import type { LogTarget } from '../slow-log-sink.ts';
import type { LogEntry } from '../slow-log.ts';

/** One slow operation, as the log has it. It holds nothing of what the operation worked on. */
export interface SlowOperationEntry extends LogEntry {
  readonly msg: 'slow operation';
  readonly name: string;
  readonly duration_ms: number;
  /** Absent if it did not fail. */
  readonly error_type?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  /** How many entries the rate limit left out since the one before. */
  readonly suppressed?: number;
}

/** What takes slow operations: a function, or a logger. */
export type SlowOperationLog = LogTarget<SlowOperationEntry>;

/** The entry of an operation that has just ended. */
export function slowOperation(
  name: string,
  seconds: number,
  error: string | undefined,
  suppressed: number,
): SlowOperationEntry {
  return {
    time: new Date().toISOString(),
    level: 'warn',
    msg: 'slow operation',
    name,
    duration_ms: Math.round(seconds * 1e6) / 1000,
    ...(error === undefined ? {} : { error_type: error }),
    ...activeSpanIds(),
    ...(suppressed === 0 ? {} : { suppressed }),
  };
}
