import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answering } from '../../src/demo/answering.ts';
import { demoEnvironment } from '../../src/demo/environment.ts';
import { Guardian } from '../../src/demo/guardian.ts';
import { MAIN, PROMETHEUS_CONFIG } from '../../src/demo/layout.ts';
import { freePorts } from '../../src/demo/ports.ts';
import { Processes } from '../../src/demo/processes.ts';
import type { Child, Program } from '../../src/demo/process.ts';
import { Application } from './application.ts';
import type { FrameworkName } from './application.ts';
import { samplesOf } from './exposition.ts';
import type { Sample } from './exposition.ts';

const READY_MS = 30_000;

/** Milliseconds between two pushes of an application. */
export const PUSH_INTERVAL_MS = 500;

/** Figures of a section of `/api/v1/metrics`. */
export type Section = Readonly<Record<string, unknown>> & { readonly reasons: Readonly<Record<string, string>> };

/** The requests of one service in `/api/v1/metrics`. */
export interface ServiceRequests {
  readonly requests_total: number | null;
  readonly outcomes: Readonly<Record<string, number>> | null;
}

/** What of `/api/v1/metrics` the tests look at. */
export interface ApiMetrics {
  readonly system: Section;
  readonly database: Section;
  readonly cache: Section;
  readonly http: Section;
  readonly services: ReadonlyArray<{ readonly service: string; readonly http: ServiceRequests }>;
}

/** How a sidecar is started other than usual. */
export interface SidecarOptions {
  /** Time between two collections. @default '1s' */
  readonly interval?: string;
  /** Path of its Unix socket, if not the stage's. */
  readonly socket?: string;
  readonly args?: readonly string[];
  /** Options of Node.js. */
  readonly nodeArgs?: readonly string[];
  /** Takes the place of the whole environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly user?: NonNullable<Program['user']>;
  /** What runs the command line that follows it; it must become that program, not start it. */
  readonly through?: readonly [command: string, ...args: string[]];
}

/** Real processes on free loopback ports, with one temporary folder; all of it gone after `close`. */
export class Stage {
  readonly folder: string;
  readonly ports: Readonly<Record<'metrics' | 'otlp' | 'prometheus', number>>;
  // Ends the processes where the test is killed; applications end by themselves then.
  readonly #guardian: Guardian;
  readonly #processes: Processes;
  readonly #applications: Application[] = [];

  private constructor(folder: string, ports: Stage['ports']) {
    this.folder = folder;
    this.ports = ports;
    this.#guardian = new Guardian(folder);
    this.#processes = new Processes(this.#guardian);
  }

  static async open(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'outrider-acceptance-'));
    // A sidecar of another user may pass through to what is its own.
    await chmod(folder, 0o711);
    return new Stage(folder, await freePorts({ metrics: 0, otlp: 0, prometheus: 0 }));
  }

  /** Starts the built sidecar, always on the same ports and the same socket, and waits until it is ready. */
  async startSidecar({
    args = [],
    interval = '1s',
    socket = this.#socket,
    nodeArgs = [],
    env,
    user,
    through,
  }: SidecarOptions = {}): Promise<Child> {
    const { metrics, otlp } = this.ports;
    const listen = ['--metrics-listen', `127.0.0.1:${metrics}`, '--otlp-listen', `127.0.0.1:${otlp}`];
    const [command = process.execPath, ...before] = through === undefined ? [] : [...through, process.execPath];
    const own = ['--otlp-socket', socket, '--interval', interval];
    const child = await this.#processes.start({
      name: 'The sidecar',
      command,
      args: [...before, ...nodeArgs, MAIN, 'sidecar', ...listen, ...own, ...args],
      env: env ?? demoEnvironment({}),
      ...(user === undefined ? {} : { user }),
    });
    await answering(child, this.#url('readyz'), READY_MS);
    return child;
  }

  /**
   * Starts an application that pushes to the sidecar: the one on Express over the Unix socket, the one on Koa over TCP.
   */
  async startApplication(framework: FrameworkName, environment: NodeJS.ProcessEnv = {}): Promise<Application> {
    const to =
      framework === 'express'
        ? { OUTRIDER_SOCKET: this.#socket }
        : { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.ports.otlp}` };
    const application = await Application.start(framework, {
      ...to,
      OTEL_METRIC_EXPORT_INTERVAL: String(PUSH_INTERVAL_MS),
      ...environment,
    });
    this.#applications.push(application);
    return application;
  }

  /** Starts the installed Prometheus with the bundled configuration, but scraping every second. */
  async startPrometheus(): Promise<void> {
    const { metrics, prometheus } = this.ports;
    const folder = join(this.folder, 'prometheus');
    await mkdir(folder);
    const config = join(folder, 'prometheus.yml');
    const bundled = await readFile(PROMETHEUS_CONFIG, 'utf8');
    await writeFile(
      config,
      bundled.replace(/(?<=^ *scrape_interval: ).*$/m, '1s').replace('127.0.0.1:9464', `127.0.0.1:${metrics}`),
    );
    const child = await this.#processes.start({
      name: 'Prometheus',
      command: 'prometheus',
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${prometheus}`,
        '--log.level=warn',
        '--enable-feature=exemplar-storage',
      ],
      cwd: folder,
    });
    await answering(child, `http://127.0.0.1:${prometheus}/-/ready`, READY_MS);
  }

  /** Answers an instant query: value by the values of the labels that the query groups by, joined with a blank. */
  async query(promql: string): Promise<Record<string, number>> {
    const url = `http://127.0.0.1:${this.ports.prometheus}/api/v1/query?${new URLSearchParams({ query: promql }).toString()}`;
    const { data } = (await (await fetch(url)).json()) as {
      data: { result: ReadonlyArray<{ metric: Record<string, string>; value: [number, string] }> };
    };
    return Object.fromEntries(
      data.result.map(({ metric, value }) => [Object.values(metric).join(' '), Number(value[1])]),
    );
  }

  /** The sidecar's `/api/v1/metrics`. */
  async api(): Promise<ApiMetrics> {
    return (await (await this.get('api/v1/metrics')).json()) as ApiMetrics;
  }

  /** The sidecar's `/metrics` as text. */
  async exposition(): Promise<string> {
    return (await this.get('metrics')).text();
  }

  /** The sidecar's `/metrics`, read. */
  async samples(): Promise<Sample[]> {
    return samplesOf(await this.exposition());
  }

  /** Asks the sidecar; fails rather than waits where it hangs. */
  get(path: string): Promise<Response> {
    return fetch(this.#url(path), { signal: AbortSignal.timeout(5000) });
  }

  /** Ends everything, whatever state it is in. */
  async close(): Promise<void> {
    await Promise.all(this.#applications.map((application) => application.stop()));
    this.#processes.kill();
    await this.#processes.stop();
    await this.#guardian.release();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  get #socket(): string {
    return join(this.folder, 'otlp.sock');
  }

  #url(path: string): string {
    return `http://127.0.0.1:${this.ports.metrics}/${path}`;
  }
}
