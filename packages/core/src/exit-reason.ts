/** How a process ends, as far as it can say so itself. */
export type ExitReason = 'graceful' | 'crash';

// An error from longer ago, that the application lived on after, is not what ends it now.
const RECENT_MS = 10_000;

// 0, and by the convention of shells 128 + the number of the signal: SIGINT and SIGTERM ask a process to end.
const GRACEFUL_CODES: ReadonlySet<number> = new Set([0, 130, 143]);

let uncaughtAt = -Infinity;

/** Notes from now on when an error was caught by nobody; what happens then stays as it is. */
export function watchUncaughtErrors(): void {
  process.on('uncaughtExceptionMonitor', () => {
    uncaughtAt = performance.now();
  });
}

/**
 * How this process (in a worker thread, the thread) ends, if it ends now: a crash if an error was caught by nobody in the
 * last ten seconds, or if the exit code is neither 0 nor that of SIGINT or SIGTERM.
 */
export function exitReason(): ExitReason {
  if (performance.now() - uncaughtAt < RECENT_MS) return 'crash';
  return GRACEFUL_CODES.has(Number(process.exitCode ?? 0)) ? 'graceful' : 'crash';
}
