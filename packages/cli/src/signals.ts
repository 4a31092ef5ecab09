import { constants } from 'node:os';
import { endProcess } from './end-process.ts';

/** The signals that a sidecar listens to. */
export interface Signals {
  /** Resolves with the name of the first SIGTERM or SIGINT. A second one ends the process at once, with 128 and its number. */
  readonly stop: Promise<'SIGTERM' | 'SIGINT'>;
  /**
   * Calls a function after each SIGHUP, also one that came before anybody asked. While what it began is under way, once more
   * is enough for however many come: it reads what is there by then.
   */
  onHangUp(reload: () => Promise<void>): void;
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
  let reload: (() => Promise<void>) | undefined;
  let isDue = false;
  let isUnderWay = false;
  const reloadIfDue = async (): Promise<void> => {
    if (reload === undefined || isUnderWay) return;
    isUnderWay = true;
    while (isDue) {
      isDue = false;
      await reload();
    }
    isUnderWay = false;
  };
  process.on('SIGHUP', () => {
    isDue = true;
    void reloadIfDue();
  });
  return {
    stop,
    onHangUp(wanted) {
      reload = wanted;
      void reloadIfDue();
    },
  };
}
