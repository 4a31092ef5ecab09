import type { Observer } from './observer.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Pushes once more when the process ends: when its event loop runs empty, or on SIGTERM and SIGINT, so that a
 * deployment loses no count. The signals keep their meaning: where the application handles one itself, it decides when
 * to end; where it does not, the process still dies of the signal, after the push (a second at the most).
 */
export function flushAtEnd(observer: Observer): void {
  process.once('beforeExit', () => void observer.shutdown());
  for (const signal of SIGNALS) {
    const onSignal = (): void => {
      if (process.listenerCount(signal) > 1) {
        // Off the list while the others are called: some end the process only if nobody else listens.
        process.off(signal, onSignal);
        setImmediate(() => process.prependListener(signal, onSignal));
        void observer.push();
        return;
      }
      const die = (): void => {
        process.off(signal, onSignal);
        process.off(signal, die);
        process.kill(process.pid, signal);
      };
      // A second signal while the push is under way does not wait for it.
      process.once(signal, die);
      void observer.shutdown().then(die);
    };
    // First in line: an application's listener that is to be called once is off the list by the time it is called.
    process.prependListener(signal, onSignal);
  }
}
