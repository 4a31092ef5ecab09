import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stage } from '../stage.ts';
import { PUSH_INTERVAL_MS } from '../stage.ts';
import { TestProgram, pushingTo } from '../workers.ts';

/** What the primary of `ledger-cluster.mjs` says; worker 0 is the primary itself. */
interface Said {
  readonly worker: number;
  readonly kind: 'started' | 'listening' | 'ended';
  readonly port?: number;
}

/** How many requests the sidecar is to know of. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

// What was counted this long before the end was not pushed yet, on a machine that has much else to do.
const NOT_PUSHED_MS = PUSH_INTERVAL_MS + 500;

/** A cluster of workers, each with a ledger of the requests that reached it. */
export class LedgerCluster {
  static readonly JOB = 'faults-cluster';
  readonly #program: TestProgram<Said>;
  readonly #folder: string;
  readonly #living: number[] = [];
  readonly #killed: Array<{ readonly worker: number; readonly at: number; readonly run: number }> = [];
  #forked = 0;
  #port = 0;

  private constructor(program: TestProgram<Said>, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** Starts so many workers that push to a stage's sidecar. */
  static async start(stage: Stage, workers: number): Promise<LedgerCluster> {
    const folder = join(stage.folder, 'ledgers');
    await mkdir(folder);
    const environment = pushingTo(stage, {
      OTEL_SERVICE_NAME: LedgerCluster.JOB,
      OTEL_METRIC_EXPORT_INTERVAL: String(PUSH_INTERVAL_MS),
      LEDGER_FOLDER: folder,
    });
    const cluster = new LedgerCluster(
      new TestProgram<Said>('../faults/programs/ledger-cluster.mjs', environment),
      folder,
    );
    await cluster.#program.hear({ kind: 'started' });
    for (let at = 0; at < workers; at += 1) await cluster.fork();
    return cluster;
  }

  get port(): number {
    return this.#port;
  }

  /** Everything it printed, on stdout and stderr. */
  get output(): string {
    return this.#program.output;
  }

  /** Workers that live. */
  get size(): number {
    return this.#living.length;
  }

  /** Starts one more worker, and waits until it listens. */
  async fork(): Promise<void> {
    const worker = (this.#forked += 1);
    this.#program.tell({ act: 'fork' });
    ({ port: this.#port = 0 } = await this.#program.hear({ worker, kind: 'listening' }));
    this.#living.push(worker);
  }

  /** Blocks the event loop of a worker for three seconds. */
  block(at: number): void {
    this.#program.tell({ act: 'block', worker: this.#living[at] });
  }

  /**
   * Kills a worker with SIGKILL, and waits until it is gone.
   *
   * @param run which run of the sidecar it is: the next one never hears of this worker
   */
  async kill(at: number, run: number): Promise<void> {
    const [worker = 0] = this.#living.splice(at, 1);
    this.#killed.push({ worker, at: Date.now(), run });
    this.#program.tell({ act: 'kill', worker });
    await this.#program.hear({ worker, kind: 'ended' });
  }

  /** Requests that reached the workers that live. */
  async received(): Promise<number> {
    const ledgers = await Promise.all(this.#living.map((worker) => this.#ledger(worker)));
    return ledgers.reduce((sum, { length }) => sum + length, 0);
  }

  /** Requests that reached any worker, dead or alive. */
  async everReceived(): Promise<number> {
    const dead = await Promise.all(this.#killed.map(({ worker }) => this.#ledger(worker)));
    return dead.reduce((sum, { length }) => sum + length, await this.received());
  }

  /** What this run of the sidecar is to know: all of the living, and of the dead all but what they had no time to push. */
  async known(run: number): Promise<Range> {
    const living = await this.received();
    const range = { least: living, most: living };
    for (const killed of this.#killed.filter((one) => one.run === run)) {
      const ledger = await this.#ledger(killed.worker);
      range.most += ledger.length;
      range.least += ledger.filter((time) => time < killed.at - NOT_PUSHED_MS).length;
    }
    return range;
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }

  /** The times of a worker's requests, in milliseconds since 1970. */
  async #ledger(worker: number): Promise<Float64Array> {
    const bytes = await readFile(join(this.#folder, String(worker)));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~7)));
  }
}
