import { endProcess } from './end-process.ts';
import type { SidecarLog } from './sidecar-log.ts';

const DRAIN_MS = 500;

/**
 * From now on, what nobody caught ends the process with exit code 1, after one line in the log. Nothing is tidied up by a
 * process of which nobody knows what state it is in: a socket that is left behind is replaced at the next start.
 */
export function endOnCrash(log: SidecarLog): void {
  let ending = false;
  process.on('uncaughtException', (thrown: unknown) => {
    if (ending) return;
    ending = true;
    const { message, stack } = thrown instanceof Error ? thrown : new Error(textOf(thrown));
    const at = /^\s+at (.*)$/m.exec(stack ?? '')?.[1] ?? 'nowhere';
    log.sink('error', 'the sidecar failed and ends', { error: message, at });
    void log.drain(DRAIN_MS).finally(() => endProcess(1));
  });
  // What Node.js warns of would be written to stderr at once, whoever reads there.
  process.removeAllListeners('warning').on('warning', ({ name, message }) => {
    log.sink('warn', 'Node.js warns', { name, warning: message });
  });
}

/** What was thrown, if it is no error: an object may fail to become a text. */
function textOf(thrown: unknown): string {
  return Object(thrown) === thrown ? 'an object that is no error' : String(thrown);
}
