import type { CollectorContext } from './collectors/collector.ts';
import { createJoin } from './collectors/join-snapshots.ts';
import { collectorsFor } from './collectors/registry.ts';
import { createRunner } from './collectors/runner.ts';
import type { Runner, RunnerSnapshot } from './collectors/runner.ts';
import type { SidecarConfig } from './config.ts';
import type { Logger } from './logger.ts';
import { watchServers } from './servers/watch.ts';
import type { ServerWatch } from './servers/watch.ts';
import { OomKills } from './store/oom-kills.ts';

/** What {@link Measuring} reads of the configuration. */
type Settings = Pick<SidecarConfig, 'procRoot' | 'sysRoot' | 'intervalMs' | 'watch' | 'limits'>;

export interface MeasuringOptions {
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Told when a watched server sent more than it may. */
  readonly onTooLong: () => void;
}

/** All that the sidecar measures itself: the host, and the servers beside it. */
export class Measuring {
  /** The kills for want of memory, of whatever procfs is read now. */
  readonly oomKills: Pick<OomKills, 'look' | 'take'> = {
    look: () => this.#oomKills.look(),
    take: () => this.#oomKills.take(),
  };
  /** What is known now: the same object until another collection has ended. */
  readonly snapshot: () => RunnerSnapshot;
  readonly #options: MeasuringOptions;
  readonly #servers: ServerWatch;
  #settings: Settings;
  #host: Runner;
  /** The runner of other roots, until it has found something. */
  #coming: Runner | undefined;
  #oomKills: OomKills;
  #closed = false;

  constructor(settings: Settings, options: MeasuringOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#host = this.#createHost();
    this.#oomKills = this.#createOomKills();
    const replyBytes = (): number => this.#settings.limits.serverReplyBytes;
    this.#servers = watchServers(
      settings.watch,
      {
        // Asked for each time, so that a reload changes it for connections that stay.
        get replyBytes() {
          return replyBytes();
        },
        onTooLong: options.onTooLong,
      },
      {
        context: this.#context(),
        intervalMs: settings.intervalMs,
        onError: (server, error) => this.#failed('server cannot be looked at', { server }, error),
      },
    );
    this.snapshot = createJoin(
      () => this.#host.snapshot(),
      () => this.#servers.snapshot(),
    );
  }

  /** Starts to measure; resolves when the first collection of everything has ended. */
  async start(): Promise<void> {
    await Promise.all([this.#host.start(), this.#servers.start()]);
  }

  /** Measures what these settings say from now on. What was known is shown until there is something newer. */
  apply(settings: Settings): void {
    const { procRoot, sysRoot, intervalMs } = this.#settings;
    this.#settings = settings;
    this.#servers.watch(settings.watch);
    if (settings.intervalMs !== intervalMs) {
      for (const runner of [this.#host, this.#coming, this.#servers]) runner?.pace(settings.intervalMs);
    }
    if (settings.procRoot !== procRoot || settings.sysRoot !== sysRoot) void this.#readElsewhere();
  }

  close(): void {
    this.#closed = true;
    this.#host.close();
    this.#coming?.close();
    this.#servers.close();
  }

  async #readElsewhere(): Promise<void> {
    this.#oomKills = this.#createOomKills();
    const host = this.#createHost();
    this.#coming?.close();
    this.#coming = host;
    await host.start();
    if (this.#closed || this.#coming !== host) return;
    this.#host.close();
    this.#host = host;
    this.#coming = undefined;
  }

  #createHost(): Runner {
    return createRunner({
      collectors: collectorsFor(process.platform),
      context: this.#context(),
      intervalMs: this.#settings.intervalMs,
      onError: (collector, error) => this.#failed('collector failed', { collector }, error),
    });
  }

  #createOomKills(): OomKills {
    return new OomKills({ procRoot: this.#settings.procRoot, clock: this.#options.clock });
  }

  #context(): CollectorContext {
    const { procRoot, sysRoot } = this.#settings;
    return { procRoot, sysRoot, clock: this.#options.clock };
  }

  #failed(what: string, of: Readonly<Record<string, string>>, { message }: Error): void {
    const { log } = this.#options;
    // All of them would say the same, for one reason.
    if (/\b(?:EMFILE|ENFILE)\b/.test(message)) log('error', NO_DESCRIPTORS);
    else log('warn', what, { ...of, error: message });
  }
}

const NO_DESCRIPTORS =
  'no file descriptors are left: connections are refused and readings fail until there are; raise the limit (ulimit -n, LimitNOFILE)';
