import { randomUUID } from 'node:crypto';
import type { SidecarConfig } from './config.ts';
import { changedKeys } from './config/changed-keys.ts';
import { warnOfOpenAddress } from './config/public-address.ts';
import { readBootTime } from './forward/boot-time.ts';
import { Forwarder } from './forward/forwarder.ts';
import { ownMetrics } from './forward/own-metrics.ts';
import { AccessControl } from './http/access-control.ts';
import type { ListenerGate } from './http/gate.ts';
import { RefusalCounts } from './http/refusal-counts.ts';
import { LimitCounts } from './limit-counts.ts';
import type { CollectGarbage } from './keep-memory-small.ts';
import { Listeners } from './listeners.ts';
import { LogLimit } from './log-limit.ts';
import type { Logger, LogSink } from './logger.ts';
import { Measuring } from './measuring.ts';
import { placesOf } from './places.ts';
import { Receiving } from './receiving.ts';
import { Reloading } from './reloading.ts';
import { SelfMetrics } from './self-metrics.ts';
import { Showing } from './showing.ts';
import type { SnapshotSettings } from './snapshot.ts';
import { Store } from './store/store.ts';

/** A sidecar that runs. */
export interface Sidecar {
  /** Where it is to be reached now. */
  readonly addresses: SidecarAddresses;
  /** Writes a line to its log, past the limit of lines a minute. */
  readonly log: Logger;
  /**
   * Reads the configuration again, after a reload that is under way, and applies it: all of it at once, or, if it is wrong
   * or an address cannot be had, nothing. Never rejects; the log and `outrider.config.reload.success` say what came of it.
   *
   * @param read throws what is wrong
   * @returns the configuration that applies now
   * @example await sidecar.reload(() => loadConfig({ file: 'outrider.yaml', env: process.env }));
   */
  reload(read: () => SidecarConfig): Promise<SidecarConfig>;
  /** Stops listening and collecting, within five seconds, and removes the socket. */
  close(): Promise<void>;
}

/** Where a sidecar is to be reached. */
export interface SidecarAddresses {
  /** Base URL for OTLP/HTTP, such as `http://127.0.0.1:4318`. */
  readonly otlp: string;
  /** Path of the Unix socket for OTLP/HTTP, if there is one. */
  readonly socket: string | undefined;
  /** Base URL of everything the sidecar shows, such as `http://127.0.0.1:9464`. */
  readonly metrics: string;
}

/** What a sidecar may be given besides its configuration. */
export interface SidecarOptions {
  /** Takes the log; without one there is none. */
  readonly log?: LogSink;
  /** Called after each OTLP request. @default V8 decides when it collects what requests leave behind */
  readonly collectGarbage?: CollectGarbage;
}

// What a sidecar needs to be ready besides its listeners, as /readyz names it.
const COLLECTION = 'first collection';

/**
 * Starts a sidecar: it listens when the promise resolves, and collects soon after (`/readyz` says when).
 *
 * @throws {OutriderError} OUTRIDER_LISTEN if an address or the socket cannot be had; then nothing is left running
 * @example const sidecar = await startSidecar(loadConfig({ env: process.env }));
 */
export async function startSidecar(first: SidecarConfig, options: SidecarOptions = {}): Promise<Sidecar> {
  let config = first;
  let closed = false;
  const logLimit = new LogLimit(options.log ?? (() => undefined), config.log, clock);
  const { log, urgent } = logLimit;
  const missing = new Set<string>([COLLECTION, ...placesOf(config).map(({ name }) => name)]);

  const limits = new LimitCounts();
  const measuring = new Measuring(config, { log, clock, onTooLong: () => limits.reached('serverReplyBytes') });
  const onLimit = limits.reached.bind(limits);
  const store = new Store({
    seriesLimit: config.limits.series,
    weightLimit: config.limits.storedBytes,
    services: () => config.limits,
    onLimit,
    clock,
    oomKills: measuring.oomKills,
  });
  const self = new SelfMetrics(() => store.seriesLimit);
  const refused = new RefusalCounts();
  const forwarder = new Forwarder(config.forward, { log, clock });
  // Another object whenever something was reloaded, so that the next snapshot is another, too.
  let settings = settingsOf(config);
  const access = new AccessControl(config.access, { log, clock, onRefused: refused.count.bind(refused) });
  const gatesOf = ({ otlp, metrics }: SidecarConfig): Gates => ({
    otlp: access.gate(otlp.listen, { forPages: false }),
    metrics: access.gate(metrics.listen, { forPages: true }),
  });
  let gates = gatesOf(config);
  const receiving = new Receiving(config, gates.otlp, {
    sink: store,
    onLimit,
    onRequest: self.received.bind(self),
    forward: forwarder.accept.bind(forwarder),
    ...(options.collectGarbage && { onDone: options.collectGarbage }),
    onError: (error) => log('error', 'receiving failed', { error: String(error) }),
    onMisdirected: (path) => log('warn', 'only metrics are taken here', { path }),
  });
  const showing = new Showing({
    settings: () => settings,
    store: () => store.view(),
    host: measuring.snapshot,
    own: (view) => [
      ...self.read(view),
      ...forwarder.read(),
      limits.read(),
      refused.read(),
      ...reloading.read(),
      logLimit.read(),
    ],
    missing: () => [...missing],
    log,
    clock,
    gate: () => gates.metrics,
    onExposition: self.written.bind(self),
    streamClients: () => config.limits.streamClients,
    onFull: () => onLimit('streamClients'),
  });

  const listeners = new Listeners({
    handlers: {
      'OTLP listener': receiving.overTcp,
      'OTLP socket': receiving.overSocket,
      'metrics listener': showing.handler,
    },
    common: { limits: () => config.limits, onLimit },
    overTcp: { tls: access.tls, headers: () => access.headers() },
    log,
    onOpen: (name) => missing.delete(name),
    onHttp2: () => log('warn', 'OTLP/gRPC came where OTLP/HTTP is expected', { at: 'otlp.listen' }),
  });
  const look = (): void => {
    void measuring.oomKills.look();
    void listeners.lookForSocket();
    // The token in its file may be another one by now.
    void showing.endForeignStreams();
  };
  let looking = setInterval(look, config.intervalMs).unref();

  const sidecarIdentity = { instanceId: randomUUID(), startedAt: Date.now(), bootedAt: 0 };
  const forwardOwn = (): void =>
    forwarder.repeat(
      () => ownMetrics(showing.snapshot(), { ...sidecarIdentity, instance: config.instance }),
      config.intervalMs,
    );
  const collect = async (): Promise<void> => {
    const bootTime = readBootTime(config.procRoot);
    await measuring.start();
    if (closed) return;
    missing.delete(COLLECTION);
    log('info', 'ready');
    sidecarIdentity.bootedAt = await bootTime;
    if (!closed) forwardOwn();
  };

  const apply = async (next: SidecarConfig): Promise<readonly string[]> => {
    const commitAccess = access.prepare(next.access);
    const commitListeners = await listeners.open(placesOf(next));
    // From here on nothing fails, and nothing waits: all of it applies at once.
    const changed = changedKeys(config, next);
    const paced = next.intervalMs !== config.intervalMs;
    config = next;
    commitAccess();
    gates = gatesOf(next);
    receiving.apply(next, gates.otlp);
    commitListeners();
    warnIfOpen();
    logLimit.limits = next.log;
    store.seriesLimit = next.limits.series;
    store.weightLimit = next.limits.storedBytes;
    listeners.tune();
    measuring.apply(next);
    forwarder.replace(next.forward);
    if (paced) {
      clearInterval(looking);
      looking = setInterval(look, next.intervalMs).unref();
      forwardOwn();
    }
    await showing.endForeignStreams();
    return changed;
  };
  const reloading = new Reloading({ apply, onEnd: () => (settings = settingsOf(config)), log: urgent });

  const close = async (): Promise<void> => {
    closed = true;
    reloading.close();
    clearInterval(looking);
    measuring.close();
    showing.close();
    await listeners.close();
    await forwarder.close();
    logLimit.close();
  };

  const warnIfOpen = (): void => {
    const open = warnOfOpenAddress(config);
    if (open !== undefined) log('warn', 'anybody may call: there is TLS, but neither token nor password', { at: open });
  };

  try {
    const commit = await listeners.open(placesOf(config));
    commit();
    warnIfOpen();
  } catch (error) {
    await close();
    throw error;
  }
  void collect();
  return {
    get addresses() {
      return {
        otlp: listeners.where('OTLP listener') ?? '',
        metrics: listeners.where('metrics listener') ?? '',
        socket: listeners.where('OTLP socket'),
      };
    },
    log: urgent,
    reload: async (read) => {
      await reloading.run(read);
      return config;
    },
    close,
  };
}

interface Gates {
  readonly otlp: ListenerGate;
  readonly metrics: ListenerGate;
}

function settingsOf({ instance, intervalMs }: SidecarConfig): SnapshotSettings {
  return { instance, intervalMs };
}

function clock(): number {
  return performance.now();
}
