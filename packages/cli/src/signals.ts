import { constants } from 'node:os';
import { endProcess } from './end-process.ts';

/** The signals that a sidecar listens to. */
export interface Signals {
  /** Resolves with the name of the first SIGTERM or SIGINT. A second one ends the process at once, with 128 and its number. */
  readonly stop: Promise<'SIGTERM' | 'SIGINT'>;
  /** Calls a function at each SIGHUP, and now if there was one before anybody asked. */
  onHangUp(reload: () => void): void;
}

/** Takes over SIGTERM, SIGINT and SIGHUP from the system, which would end the process. */
export function listenToSignals(): Signals {
  const { promise: stop, resolve } = Promise.withResolvers<'SIGTERM' | 'SIGINT'>();
  let stopping = false;
  // Also the first process of a container, for which signals do nothing by themselves, ends at the second.
  const onStop = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (stopping) endProcess(128 + constants.signals[signal]);
    stopping = true;
    resolve(signal);
  };
  process.on('SIGTERM', onStop).on('SIGINT', onStop);
  let reload: (() => void) | undefined;
  let isDue = false;
  process.on('SIGHUP', () => {
    if (reload === undefined) isDue = true;
    else reload();
  });
  return {
    stop,
    onHangUp(wanted) {
      reload = wanted;
      if (isDue) wanted();
      isDue = false;
    },
  };
}
