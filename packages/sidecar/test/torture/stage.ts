import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How often each thing is done; 1 in `npm test`. */
export const SCALE: number = Number(process.env.OUTRIDER_TORTURE_SCALE ?? 1);

/** Where the generators begin; printed by whoever fails. */
export const SEED: number = Number(process.env.OUTRIDER_TORTURE_SEED ?? 20_261_121);

/** What the scraper saw. Times are milliseconds. */
export interface Scrapes {
  readonly count: number;
  readonly p99: number;
  readonly longest: number;
  /** The same without the time in which the sidecar or the scraper waited for a core that others had. */
  readonly ownP99: number;
  readonly failures: readonly string[];
}

/** How a sidecar bore what was done to it. */
export interface Condition {
  /** Its exit code or the signal that ended it. */
  readonly ended: number | string | null;
  /** What it logged as errors. */
  readonly errors: readonly string[];
  /** Scrapes that failed. */
  readonly failures: readonly string[];
  /** What was scraped, if that took too long. */
  readonly late: readonly string[];
}

/** It lives, logged no error, and was scraped in time all along. */
export const SOUND: Condition = { ended: null, errors: [], failures: [], late: [] };

export interface Port {
  readonly host: string;
  readonly port: number;
}

const IN_TIME_MS = 100;
// Where others have the cores for longer than this, how long the sidecar takes says nothing about it.
const QUIET_MS = 50;

/** A sidecar in a process of its own, and one that scrapes it all the time. */
export class Stage {
  readonly otlp: Port;
  readonly metrics: Port;
  readonly #sidecar: ChildProcess;
  readonly #scraper: ChildProcess;
  readonly #folder: string;
  readonly #errors: string[];

  private constructor(sidecar: ChildProcess, scraper: ChildProcess, folder: string, errors: string[], at: Addresses) {
    this.#sidecar = sidecar;
    this.#scraper = scraper;
    this.#folder = folder;
    this.#errors = errors;
    this.otlp = portOf(at.otlp);
    this.metrics = portOf(at.metrics);
  }

  static async start(flags: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'outrider-torture-'));
    const all = {
      'otlp-listen': '127.0.0.1:0',
      'metrics-listen': '127.0.0.1:0',
      interval: '1s',
      'otlp-socket': join(folder, 'otlp.sock'),
      ...flags,
    };
    const sidecar = start('./sidecar-process.ts', [JSON.stringify(all)]);
    const errors: string[] = [];
    const addresses = await new Promise<Addresses>((resolve, reject) => {
      sidecar.once('exit', (code) => reject(new Error(`the sidecar ended with ${code}`)));
      sidecar.on('message', (message: { readonly addresses?: Addresses; readonly error?: string }) => {
        if (message.addresses !== undefined) resolve(message.addresses);
        if (message.error !== undefined) errors.push(message.error);
      });
    });
    const scraper = start('./scraper-process.ts', [addresses.metrics, String(sidecar.pid)]);
    await once(scraper, 'message');
    return new Stage(sidecar, scraper, folder, errors, addresses);
  }

  /** What was scraped since it was last asked. */
  async scrapes(): Promise<Scrapes> {
    const answer = once(this.#scraper, 'message');
    this.#scraper.send('report');
    return ((await answer) as [Scrapes])[0];
  }

  /** Has the peak of the sidecar's memory begin anew, and gives what it takes now, in MiB. */
  resetPeak(): number {
    writeFileSync(`/proc/${this.#sidecar.pid}/clear_refs`, '5');
    return this.#mebibytes('VmRSS');
  }

  /** The most memory the sidecar took, in MiB. */
  peak(): number {
    return this.#mebibytes('VmHWM');
  }

  #mebibytes(field: string): number {
    const status = readFileSync(`/proc/${this.#sidecar.pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024;
  }

  /** How often each limit was reached. */
  async limits(): Promise<Readonly<Record<string, number>>> {
    const text = await (await fetch(`http://${this.metrics.host}:${this.metrics.port}/metrics`)).text();
    const found = text.matchAll(/^outrider_limit_reached_total\{limit="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries([...found].map(([, limit = '', count]) => [limit, Number(count)]));
  }

  /** How the sidecar bore it since this was last asked; {@link SOUND} is well. */
  async condition(): Promise<Condition> {
    const scrapes = await this.scrapes();
    if (process.env.OUTRIDER_TORTURE_SCALE !== undefined) process.stdout.write(`${JSON.stringify(scrapes)}\n`);
    const quiet = scrapes.p99 - scrapes.ownP99 < QUIET_MS;
    const late = quiet && scrapes.ownP99 >= IN_TIME_MS ? [JSON.stringify(scrapes)] : [];
    const ended = this.#sidecar.exitCode ?? this.#sidecar.signalCode;
    return { ended, errors: this.#errors, failures: scrapes.failures, late };
  }

  stop(): void {
    this.#scraper.kill();
    this.#sidecar.removeAllListeners('exit').kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Addresses {
  readonly otlp: string;
  readonly metrics: string;
}

function start(file: string, args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--conditions=source'] });
}

function portOf(address: string): Port {
  const { hostname, port } = new URL(address);
  return { host: hostname, port: Number(port) };
}
