import { join } from 'node:path';
import { APPLICATIONS, startApplication } from '../application.ts';
import type { Application } from '../application.ts';
import { provideDatabase } from '../database.ts';
import { demoEnvironment } from '../environment.ts';
import { freePorts } from '../ports.ts';
import type { Child } from '../process.ts';
import type { Processes } from '../processes.ts';
import { startPrometheus } from '../prometheus.ts';
import { seeded } from '../random.ts';
import { startSidecar } from '../sidecar.ts';
import { Traffic } from '../traffic.ts';
import type { RegressionFlags } from './flags.ts';
import { hurriedRules } from './hurried-rules.ts';
import { writePast } from './past.ts';

/** Requests a second to each application. */
const REQUESTS_PER_SECOND = 60;
const SCRAPE_S = 5;
const PUSH_MS = 1000;

/** What it is played with. */
export interface Props {
  readonly flags: RegressionFlags;
  /** Paths of the programs. */
  readonly programs: { readonly prometheus: string; readonly promtool: string };
  /** Path of the temporary folder. */
  readonly folder: string;
  readonly processes: Processes;
}

/** The shop on two frameworks under traffic, its sidecar, and a Prometheus with the alert rules. */
export class RegressionStage {
  /** Where Prometheus answers. */
  readonly prometheus: string;
  /** Requests a second, all applications together. */
  readonly requestsPerSecond: number = REQUESTS_PER_SECOND * APPLICATIONS.length;
  readonly #props: Props;
  readonly #startPrometheus: () => Promise<Child>;
  readonly #startApplication: (application: Application, version: string, faults: string) => Promise<Child>;
  readonly #running = new Map<string, Child>();
  #measuring: Child | undefined;
  #traffics: readonly Traffic[] = [];

  private constructor(
    props: Props,
    ports: Readonly<Record<'metrics' | 'otlp' | 'express-port' | 'koa-port' | 'prometheus-port', number>>,
    where: { readonly socket: string; readonly databaseUrl: string },
  ) {
    const { flags, programs, folder, processes } = props;
    this.#props = props;
    this.prometheus = `http://127.0.0.1:${ports['prometheus-port']}`;
    this.#startPrometheus = () =>
      startPrometheus(
        processes,
        programs.prometheus,
        join(folder, 'prometheus'),
        { prometheus: ports['prometheus-port'], metrics: ports.metrics },
        {
          scrapeInterval: `${Math.max(1, SCRAPE_S / flags.hurry)}s`,
          rules: (text) => hurriedRules(text, flags.hurry),
        },
      );
    this.#startApplication = (application, version, faults) =>
      startApplication(processes, application, {
        port: application.flag === 'express-port' ? ports['express-port'] : ports['koa-port'],
        databaseUrl: where.databaseUrl,
        environment: demoEnvironment({
          OUTRIDER_SOCKET: where.socket,
          OTEL_RESOURCE_ATTRIBUTES: `service.version=${version}`,
          OTEL_METRIC_EXPORT_INTERVAL: String(PUSH_MS),
          SHOP_FAULTS: faults,
        }),
      });
  }

  /** Starts everything with one release, and the traffic. @param warn told what the reader should know */
  static async start(props: Props, version: string, warn: (message: string) => void): Promise<RegressionStage> {
    const { flags, folder, processes } = props;
    const ports = await freePorts({
      metrics: 0,
      otlp: 0,
      'express-port': 0,
      'koa-port': 0,
      'prometheus-port': flags.prometheusPort,
    });
    const [sidecar, database] = await Promise.all([
      startSidecar(processes, join(folder, 'sidecar'), ports),
      provideDatabase(processes, folder, warn),
    ]);
    const stage = new RegressionStage(props, ports, { socket: sidecar.socket, databaseUrl: database.url });
    await Promise.all([stage.#measure(), ...APPLICATIONS.map(({ example }) => stage.release(example, version))]);
    stage.#traffics = [ports['express-port'], ports['koa-port']].map(
      (port, index) =>
        new Traffic({ targets: [`http://127.0.0.1:${port}`], rate: REQUESTS_PER_SECOND, random: seeded(index + 1) }),
    );
    return stage;
  }

  /** Puts a release of an application in the place of what runs of it. */
  async release(job: string, version: string, faults = ''): Promise<void> {
    const application = APPLICATIONS.find(({ example }) => example === job)!;
    const before = this.#running.get(job);
    if (before !== undefined) await this.#props.processes.end(before);
    this.#running.set(job, await this.#startApplication(application, version, faults));
  }

  /** Has what is measured now stand for a day and a week ago as well. */
  async becomePast(): Promise<void> {
    const { processes, programs, folder } = this.#props;
    await writePast(processes, programs.promtool, this.prometheus, join(folder, 'prometheus'));
    // It finds the past at once when it starts.
    if (this.#measuring !== undefined) await processes.end(this.#measuring);
    await this.#measure();
  }

  /** Ends the traffic; the processes are ended by who made them. */
  stopTraffic(): void {
    for (const traffic of this.#traffics) traffic.stop();
  }

  async #measure(): Promise<void> {
    this.#measuring = await this.#startPrometheus();
  }
}
