import { isMainThread } from 'node:worker_threads';
import { watchUncaughtErrors } from './exit-reason.ts';
import type { Observer } from './observer.ts';
import type { Threads } from './threads.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** How long the end of the process may wait for the last pushes of other threads. */
const THREADS_TIMEOUT_MS = 500;

/**
 * Pushes once more when the process ends, so that a deployment loses no count: when its event loop runs empty, on
 * `process.exit()` and an error that nobody catches, and on SIGTERM and SIGINT. The signals keep their meaning: where the
 * application handles one itself, it decides when to end; where it does not, the process still dies of the signal, after
 * the push (two and a half seconds at the most). The other threads that observe are asked to push along.
 *
 * In a worker thread it is the end of the thread that counts. What nobody can see coming loses what was counted since
 * the last push, an interval at the most: SIGKILL, an abort, `worker.terminate()`, and a signal that ends the process
 * while the main thread has no observer.
 */
export function flushAtEnd(observer: Observer, threads: Threads): void {
  watchUncaughtErrors();
  threads.join((last) => (last ? observer.shutdown() : observer.push()));
  process.once('beforeExit', () => void observer.shutdown());
  process.once('exit', () => {
    // Both at once: a thread that is asked pushes while this one waits.
    const others = isMainThread ? threads.flush(true) : undefined;
    observer.pushAtExit();
    others?.block(THREADS_TIMEOUT_MS);
    threads.leave();
  });
  // They reach no other thread.
  if (isMainThread) for (const signal of SIGNALS) flushAtSignal(signal, observer, threads);
}

function flushAtSignal(signal: NodeJS.Signals, observer: Observer, threads: Threads): void {
  const onSignal = (): void => {
    if (process.listenerCount(signal) > 1) {
      // Off the list while the others are called: some end the process only if nobody else listens.
      process.off(signal, onSignal);
      setImmediate(() => process.prependListener(signal, onSignal));
      threads.flush(false);
      void observer.push();
      return;
    }
    const die = (): void => {
      process.off(signal, onSignal);
      process.off(signal, die);
      process.kill(process.pid, signal);
    };
    // Requests are served until here, and counted: only now is nothing answered any more.
    const end = (): void => {
      observer.pushAtExit();
      die();
    };
    // A second signal while the push is under way does not wait for it.
    process.once(signal, die);
    void Promise.all([observer.prepareExit(), threads.flush(true).wait(THREADS_TIMEOUT_MS)]).then(end);
  };
  // First in line: an application's listener that is to be called once is off the list by the time it is called.
  process.prependListener(signal, onSignal);
}
