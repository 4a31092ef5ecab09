import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@outrider/test-servers';
import type { Child } from '../../../src/demo/process.ts';
import { FRAMEWORKS } from '../application.ts';
import type { Application } from '../application.ts';
import { total } from '../exposition.ts';
import type { Sample } from '../exposition.ts';
import { procWithoutKills } from '../linked-proc.ts';
import { Stage } from '../stage.ts';
import { LedgerCluster } from './ledger-cluster.ts';
import { Restartable } from './restartable.ts';
import { Scraper } from './scraper.ts';
import type { Growing } from './scraper.ts';
import { SmallDisk } from './small-disk.ts';
import { isBack } from './watched-state.ts';
import { WellTime } from './well-time.ts';

const WORKERS = 2;
const DISK_KIB = 512;
const REQUESTS = 'http_server_request_duration_seconds_count';
const LOG_LISTENER_MS = 2 ** 31 - 1;

// The sidecar collects every second, applications push every half second.
const STANDSTILL_MS = 4_000;

const GROWING: readonly Growing[] = [
  { name: 'system_cpu_time_seconds_total', labels: {}, standstillMs: STANDSTILL_MS },
  ...[...FRAMEWORKS.map((framework) => `acceptance-${framework}`), LedgerCluster.JOB].map((job) => {
    return { name: REQUESTS, labels: { job }, standstillMs: STANDSTILL_MS };
  }),
];

/** The servers that are watched. */
export type WatchedName = 'redis' | 'postgresql';

/** All that takes part in a fault run. */
export class FaultStage {
  readonly stage: Stage;
  /** Runs the sidecar that everything is forwarded to. */
  readonly backendStage: Stage;
  readonly time: WellTime = new WellTime();
  readonly scraper: Scraper;
  readonly disk: SmallDisk;
  readonly servers: Readonly<Record<WatchedName, Restartable>>;
  readonly applications: Application[] = [];
  /** Lines that the sidecars logged, the forwarding ones only. */
  readonly log: string[] = [];
  /** Counts the starts of the sidecar. */
  run = 0;
  #cluster: LedgerCluster | undefined;
  #sidecar: Child | undefined;
  #backend: Child | undefined;
  #procRoot = '';

  private constructor(stage: Stage, backendStage: Stage, disk: SmallDisk, servers: FaultStage['servers']) {
    this.stage = stage;
    this.backendStage = backendStage;
    this.disk = disk;
    this.servers = servers;
    this.scraper = new Scraper(stage, this.time, GROWING);
  }

  static async open(): Promise<FaultStage> {
    const [stage, backendStage] = await Promise.all([Stage.open(), Stage.open()]);
    const [redis, postgresql, disk] = await Promise.all([
      Restartable.of((port) => startRedis({ port })),
      Restartable.of((port) => startPostgres({ port })),
      SmallDisk.mount(join(stage.folder, 'spool'), DISK_KIB),
    ]);
    return new FaultStage(stage, backendStage, disk, { redis, postgresql });
  }

  /** Starts everything, and waits until all of it is seen. */
  async start(): Promise<void> {
    this.#procRoot = await procWithoutKills(join(this.stage.folder, 'proc'));
    await this.configure();
    await Promise.all([this.servers.redis.start(), this.servers.postgresql.start(), this.startBackend()]);
    await this.startSidecar();
    const [cluster, ...applications] = await Promise.all([
      LedgerCluster.start(this.stage, WORKERS),
      ...FRAMEWORKS.map((framework) => this.stage.startApplication(framework)),
    ]);
    this.#cluster = cluster;
    this.applications.push(...applications);
    for (const system of ['redis', 'postgresql'] as const) {
      await this.time.within(10_000, `${system} is seen`, () => isBack(this.stage, system));
    }
  }

  get cluster(): LedgerCluster {
    if (this.#cluster === undefined) throw new Error('the cluster was not started');
    return this.#cluster;
  }

  get sidecar(): Child {
    if (this.#sidecar === undefined) throw new Error('the sidecar was not started');
    return this.#sidecar;
  }

  get backend(): Child {
    if (this.#backend === undefined) throw new Error('the backend was not started');
    return this.#backend;
  }

  /** Writes the sidecar's configuration file. */
  async configure(more = ''): Promise<void> {
    const { redis, postgresql } = this.servers;
    const lines = [
      'forward:',
      '  - name: backend',
      `    endpoint: http://127.0.0.1:${this.backendStage.ports.otlp}`,
      '    timeout: 2s',
      '    queueBytes: 65536',
      '    spool:',
      `      folder: ${this.disk.folder}`,
      '      bytes: 4194304',
      'watch:',
      `  - redis://127.0.0.1:${redis.port}`,
      `  - postgresql://postgres@127.0.0.1:${postgresql.port}/postgres`,
      more,
    ];
    await writeFile(this.#configFile, `${lines.join('\n')}\n`);
  }

  async startSidecar(): Promise<void> {
    const { through } = this.disk;
    const args = ['--config', this.#configFile, '--proc-root', this.#procRoot];
    this.run += 1;
    this.#sidecar = await this.stage.startSidecar({ through, args });
    const keep = (line: string): undefined => void this.log.push(line);
    this.#sidecar.line(keep, LOG_LISTENER_MS).catch(() => undefined);
  }

  async startBackend(): Promise<void> {
    this.#backend = await this.backendStage.startSidecar({ interval: '5s' });
  }

  /** Waits until the sidecar knows of all requests that have reached the living until now. */
  async caughtUp(ms: number): Promise<number> {
    const reports = await Promise.all(this.applications.map((application) => application.report()));
    const { least } = await this.cluster.known(this.run);
    return this.time.within(ms, 'all requests until now are counted', async () => {
      const samples = await this.stage.samples();
      const seen = this.applications.every(
        ({ service }, at) => requestsOf(samples, service) >= (reports[at]?.received ?? 0),
      );
      return seen && requestsOf(samples, LedgerCluster.JOB) >= least;
    });
  }

  async close(): Promise<void> {
    const parts = [this.#cluster?.stop(), this.stage.close(), this.backendStage.close()];
    const ended = await Promise.allSettled([...parts, this.servers.redis.kill(), this.servers.postgresql.kill()]);
    await this.disk.unmount();
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  get #configFile(): string {
    return join(this.stage.folder, 'outrider.yaml');
  }
}

/** Requests of a job that a sidecar has counted. */
export function requestsOf(samples: readonly Sample[], job: string): number {
  return total(samples, REQUESTS, { job });
}
