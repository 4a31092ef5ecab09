import type { LogSink, SidecarConfig } from '@outrider/sidecar';
import { logFormats } from './log-line.ts';
import { LogWriter } from './log-writer.ts';

/** The log of a sidecar on stderr. */
export class SidecarLog {
  readonly #writer = new LogWriter(process.stderr.fd);
  #format: SidecarConfig['log']['format'];

  constructor(format: SidecarConfig['log']['format']) {
    this.#format = format;
    // What Node.js itself writes there must not end the process when nobody reads.
    process.stderr.on('error', () => undefined);
  }

  /** Writes a line; answers false if there is no room for it. */
  readonly sink: LogSink = (level, message, fields) =>
    this.#writer.write(logFormats[this.#format](new Date(), level, message, fields));

  /** How lines are written from now on. */
  set format(format: SidecarConfig['log']['format']) {
    this.#format = format;
  }

  /** Resolves when all is written, or after so many milliseconds. */
  drain(atMostMs: number): Promise<void> {
    return this.#writer.drain(atMostMs);
  }
}
