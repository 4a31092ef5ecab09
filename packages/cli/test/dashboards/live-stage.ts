import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrometheusClient, defaultConfig } from '@outrider/dashboards';
import type { DashboardConfig } from '@outrider/dashboards';
import { KeepingBackend } from '../../../sidecar/test/forward/keeping-backend.ts';
import { answering } from '../../src/demo/answering.ts';
import { demoEnvironment } from '../../src/demo/environment.ts';
import { Guardian } from '../../src/demo/guardian.ts';
import { MAIN, exampleServer } from '../../src/demo/layout.ts';
import { freePorts } from '../../src/demo/ports.ts';
import type { Child } from '../../src/demo/process.ts';
import { Processes } from '../../src/demo/processes.ts';
import { LIMITED, LimitedCgroup, whyNoCgroups } from '../acceptance/limited-cgroup.ts';
import { samplesOf } from '../acceptance/exposition.ts';
import type { PastRoute } from './history.ts';
import { startPrometheusWithPast } from './live-prometheus.ts';
import { WatchedServers } from './watched-servers.ts';

const READY_MS = 30_000;
const EVERYTHING = fileURLToPath(new URL('programs/everything.mjs', import.meta.url));
const COLLECTING = fileURLToPath(new URL('programs/collecting.mjs', import.meta.url));

/** The application that has releases and a past. */
export const SHOP = 'shop-express';

/** The configuration of the stage: as users have it, only with less time between two looks. */
export const config: DashboardConfig = { ...defaultConfig, scrapeIntervalS: 1, evaluationIntervalS: 1 };

const MIB = 2 ** 20;
const LIMITS = [
  { cpus: 1, memoryBytes: 512 * MIB },
  { cpus: 0.5, memoryBytes: 512 * MIB },
];
// What is many series, or is recorded, or is a time.
const REMEMBERED_OTHERWISE = /^(?:http_server_|service_release_)/;

/** An application of the stage. */
export interface Running {
  readonly child: Child;
  readonly url: string;
}

interface Parts {
  readonly folder: string;
  readonly ports: Readonly<Record<'metrics' | 'otlp' | 'prometheus', number>>;
  readonly processes: Processes;
  readonly sidecar: Child;
  readonly servers: WatchedServers;
  /** One for the sidecar, as in a container of its own, and one for an application; none where there can be none. */
  readonly cgroups: readonly LimitedCgroup[];
}

/** Why no containers can be had here; undefined where they can. */
export const noContainers: string | undefined = await whyNoCgroups();

/** A sidecar, servers that it watches, and a Prometheus with the rules and a past: all of them as real processes. */
export class LiveStage implements AsyncDisposable {
  readonly client: PrometheusClient;
  readonly servers: WatchedServers;
  readonly metricsUrl: string;
  readonly otlpUrl: string;
  readonly #closing: AsyncDisposableStack;
  readonly #parts: Parts;

  private constructor(closing: AsyncDisposableStack, parts: Parts) {
    const { ports, servers } = parts;
    this.#closing = closing;
    this.#parts = parts;
    this.servers = servers;
    this.metricsUrl = `http://127.0.0.1:${ports.metrics}`;
    this.otlpUrl = `http://127.0.0.1:${ports.otlp}`;
    this.client = new PrometheusClient(`http://127.0.0.1:${ports.prometheus}`);
  }

  static async open(): Promise<LiveStage> {
    await using opening = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'outrider-dashboards-'));
    await chmod(folder, 0o711);
    opening.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
    const ports = await freePorts({ metrics: 0, otlp: 0, prometheus: 0 });
    const backend = await KeepingBackend.start();
    opening.defer(() => backend.close());
    const cgroups = noContainers === undefined ? LIMITS.map((limits) => LimitedCgroup.make(limits)) : [];
    opening.defer(async () => {
      await Promise.all(cgroups.map((cgroup) => cgroup.remove()));
    });
    const servers = await WatchedServers.start();
    opening.defer(() => servers.stop());
    const guardian = new Guardian(folder);
    opening.defer(() => guardian.release());
    const processes = new Processes(guardian);
    opening.defer(async () => {
      processes.kill();
      await processes.stop();
    });
    const sidecar = await startSidecar(processes, { folder, ports, servers, backend, cgroup: cgroups[0] });
    return new LiveStage(opening.move(), { folder, ports, processes, sidecar, servers, cgroups });
  }

  /** Starts the shop in a release. */
  startShop(version: string): Promise<Running> {
    return this.#start('The shop', [exampleServer(SHOP)], {
      NODE_ENV: 'production',
      OTEL_SERVICE_NAME: SHOP,
      OTEL_RESOURCE_ATTRIBUTES: `service.version=${version}`,
      DATABASE_URL: this.servers.pooledUrl,
    });
  }

  /** Starts the application that does what the shop does not, in a container where that is possible. */
  startEverything(): Promise<Running> {
    const [, cgroup] = this.#parts.cgroups;
    return this.#start('everything', [...loading(cgroup), EVERYTHING], {
      OTEL_SERVICE_NAME: 'everything',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=2.0.0',
      DATABASE_URL: this.servers.postgres.url,
      REDIS_URL: this.servers.redis.url,
      MEMCACHED_URL: `127.0.0.1:${this.servers.memcached.port}`,
      ...cgroup?.environment,
    });
  }

  /** The sidecar's `/metrics`. */
  async exposition(): Promise<string> {
    return (await fetch(`${this.metricsUrl}/metrics`)).text();
  }

  /** Starts Prometheus, which thinks that the shop has been running for a week, as it does now. */
  async startPrometheus(routes: readonly PastRoute[]): Promise<void> {
    const { folder, ports, processes } = this.#parts;
    const series = samplesOf(await this.exposition()).filter(
      ({ name, labels }) => labels['job'] === SHOP && !REMEMBERED_OTHERWISE.test(name),
    );
    await startPrometheusWithPast(processes, folder, ports, config, { job: SHOP, routes, series });
  }

  /** Asks an application to end, as a deployment does, or ends it as a crash would. */
  async end({ child }: Running, how: 'asked' | 'killed' = 'asked'): Promise<void> {
    if (how === 'killed') child.kill();
    await this.#parts.processes.end(child);
  }

  /** Fails as soon as a program of the stage ends that nobody asked to. */
  get unexpectedEnd(): Promise<never> {
    return this.#parts.processes.unexpectedEnd.then((error) => Promise.reject(error));
  }

  /** Has the sidecar read its configuration again. */
  reload(): void {
    process.kill(this.#parts.sidecar.pid, 'SIGHUP');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#closing.disposeAsync();
  }

  async #start(name: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Running> {
    const child = await this.#parts.processes.start({
      name,
      command: process.execPath,
      args: ['--import', COLLECTING, ...args],
      env: demoEnvironment({
        OTEL_EXPORTER_OTLP_ENDPOINT: this.otlpUrl,
        OTEL_METRIC_EXPORT_INTERVAL: '500',
        ...environment,
      }),
    });
    const port = await child.line(
      (line) => (line.startsWith('{"listening"') ? (JSON.parse(line) as { listening: number }).listening : undefined),
      READY_MS,
    );
    return { child, url: `http://127.0.0.1:${port}` };
  }
}

interface SidecarPlace {
  readonly folder: string;
  readonly ports: Readonly<Record<'metrics' | 'otlp', number>>;
  readonly servers: WatchedServers;
  readonly backend: KeepingBackend;
  readonly cgroup: LimitedCgroup | undefined;
}

async function startSidecar(processes: Processes, place: SidecarPlace): Promise<Child> {
  const { folder, ports, servers, backend, cgroup } = place;
  const file = join(folder, 'outrider.yaml');
  const settings = {
    metrics: { listen: `127.0.0.1:${ports.metrics}` },
    otlp: { listen: `127.0.0.1:${ports.otlp}`, socket: join(folder, 'otlp.sock') },
    interval: '1s',
    watch: servers.watched.map((url) => ({ url })),
    forward: [{ endpoint: backend.endpoint, spool: { folder: join(folder, 'spool') } }],
  };
  // JSON is YAML, too.
  await writeFile(file, JSON.stringify(settings));
  const child = await processes.start({
    name: 'The sidecar',
    command: process.execPath,
    args: [...loading(cgroup), MAIN, 'sidecar', '--config', file],
    env: demoEnvironment({ ...cgroup?.environment }),
  });
  await answering(child, `http://127.0.0.1:${ports.metrics}/readyz`, READY_MS);
  return child;
}

function loading(cgroup: LimitedCgroup | undefined): readonly string[] {
  return cgroup === undefined ? [] : ['--import', LIMITED];
}
