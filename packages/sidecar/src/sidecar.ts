import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { numbers } from './collectors/collector.ts';
import { collectorsFor } from './collectors/registry.ts';
import { createJoin } from './collectors/join-snapshots.ts';
import { createRunner } from './collectors/runner.ts';
import type { SidecarConfig } from './config.ts';
import type { ListenAddress } from './config/listen-address.ts';
import { readBootTime } from './forward/boot-time.ts';
import { Forwarder } from './forward/forwarder.ts';
import { ownMetrics } from './forward/own-metrics.ts';
import { createGate, socketGate } from './http/gate.ts';
import type { Gate } from './http/gate.ts';
import { RefusalCounts } from './http/refusal-counts.ts';
import { LimitCounts } from './limit-counts.ts';
import { listen } from './listener.ts';
import type { Listener } from './listener.ts';
import type { Logger } from './logger.ts';
import { EventStream } from './outlets/event-stream.ts';
import { createOutletHandler } from './outlets/handler.ts';
import { outlets } from './outlets/registry.ts';
import { createOtlpHandler } from './receivers/otlp-http.ts';
import type { OtlpLimits } from './receivers/otlp-limits.ts';
import { SelfMetrics } from './self-metrics.ts';
import { watchServers } from './servers/watch.ts';
import { createSnapshots } from './snapshot.ts';
import { OomKills } from './store/oom-kills.ts';
import { Store } from './store/store.ts';
import { listenOnSocket } from './unix-socket.ts';

/** A sidecar that runs. */
export interface Sidecar {
  readonly addresses: SidecarAddresses;
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
  readonly log?: Logger;
}

// What a sidecar needs to be ready, by the names that /readyz and the log give it.
const OTLP = 'OTLP listener';
const SOCKET = 'OTLP socket';
const METRICS = 'metrics listener';
const COLLECTION = 'first collection';

/**
 * Starts a sidecar: it listens when the promise resolves, and collects soon after (`/readyz` says when).
 *
 * @throws {OutriderError} OUTRIDER_LISTEN if an address or the socket cannot be had; then nothing is left running
 * @example const sidecar = await startSidecar(loadConfig({ env: process.env }));
 */
export async function startSidecar(config: SidecarConfig, options: SidecarOptions = {}): Promise<Sidecar> {
  const log = options.log ?? (() => undefined);
  const missing = new Set([OTLP, METRICS, COLLECTION]);
  if (config.otlp.socket !== false) missing.add(SOCKET);

  const oomKills = new OomKills({ procRoot: config.procRoot, clock });
  const lookForKills = setInterval(() => void oomKills.look(), config.intervalMs).unref();
  void oomKills.look();
  const store = new Store({ seriesLimit: config.limits.series, clock, oomKills });
  const self = new SelfMetrics(config.limits.series);
  const runner = createRunner({
    collectors: collectorsFor(process.platform),
    context: { procRoot: config.procRoot, sysRoot: config.sysRoot, clock },
    intervalMs: config.intervalMs,
    onError: (collector, error) => log('warn', 'collector failed', { collector, error: error.message }),
  });
  const limits = new LimitCounts();
  const servers = watchServers(
    config.watch,
    { replyBytes: config.limits.serverReplyBytes, onTooLong: () => limits.reached('serverReplyBytes') },
    {
      context: { procRoot: config.procRoot, sysRoot: config.sysRoot, clock },
      intervalMs: config.intervalMs,
      onError: (server, error) => log('warn', 'server cannot be looked at', { server, error: error.message }),
    },
  );
  const refused = new RefusalCounts();
  const forwarder = new Forwarder(config.forward, { log, clock });
  const snapshot = createSnapshots({
    instance: config.instance,
    intervalMs: config.intervalMs,
    store: () => store.view(),
    host: createJoin(runner.snapshot, servers.snapshot),
    own: (view) => [
      ...self.read(view),
      ...forwarder.read(),
      limits.read(),
      refused.read(),
      numbers('outrider.stream.clients', [[stream.clients]]),
    ],
    missing: () => [...missing],
    clock,
    wallClock: Date.now,
  });
  const stream = new EventStream({ snapshot, log });

  const receiver = {
    sink: store,
    limits: receiverLimits(config),
    scopeLabels: config.otlp.scopeLabels,
    onRequest: self.received.bind(self),
    ...(config.forward.length === 0 ? {} : { onAccepted: forwarder.accept.bind(forwarder) }),
    onError: (error: unknown) => log('error', 'receiving failed', { error: message(error) }),
    onMisdirected: (path: string) => log('warn', 'only metrics are taken here', { path }),
  };
  const gateOf = (listening: ListenAddress): Gate =>
    createGate({
      allowedHosts: [hostName(listening), ...config.access.allowedHosts],
      onRefused: refused.count.bind(refused),
    });
  const onHttp2 = once(() => log('warn', 'OTLP/gRPC came where OTLP/HTTP is expected', { at: 'otlp.listen' }));
  const overTcp = createOtlpHandler({ ...receiver, gate: gateOf(config.otlp.listen) });
  const overSocket = createOtlpHandler({ ...receiver, gate: socketGate });
  const shown = createOutletHandler({
    outlets,
    context: { log, clock, onExposition: self.written.bind(self), stream },
    snapshot,
    gate: gateOf(config.metrics.listen),
  });

  const sidecarIdentity = { instance: config.instance, instanceId: randomUUID(), startedAt: Date.now() };

  const listeners: Listener[] = [];
  let closed = false;
  const open = async (name: string, listening: Promise<Listener>): Promise<string> => {
    const listener = await listening;
    listeners.push(listener);
    missing.delete(name);
    log('info', 'listening', { for: name, at: listener.where });
    return listener.where;
  };
  const collect = async (): Promise<void> => {
    await Promise.all([runner.start(), servers.start()]);
    if (closed) return;
    missing.delete(COLLECTION);
    log('info', 'ready');
    if (config.forward.length === 0) return;
    const identity = { ...sidecarIdentity, bootedAt: await readBootTime(config.procRoot) };
    if (!closed) forwarder.repeat(() => ownMetrics(snapshot(), identity), config.intervalMs);
  };
  const close = async (): Promise<void> => {
    closed = true;
    clearInterval(lookForKills);
    runner.close();
    servers.close();
    stream.close();
    await Promise.all(listeners.map((listener) => listener.close()));
    await forwarder.close();
  };

  try {
    const { otlp, metrics } = config;
    const addresses: SidecarAddresses = {
      otlp: await open(OTLP, listen(overTcp, { at: otlp.listen, setting: 'otlp.listen', onHttp2 })),
      metrics: await open(METRICS, listen(shown, { at: metrics.listen, setting: 'metrics.listen' })),
      // Last: whoever has both ports is alone here, so that no two can replace the socket of a dead one at once.
      socket: otlp.socket === false ? undefined : await open(SOCKET, listenOnSocket(overSocket, otlp.socket)),
    };
    void collect();
    return { addresses, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function once(tell: () => void): () => void {
  let told = false;
  return () => {
    if (!told) tell();
    told = true;
  };
}

function clock(): number {
  return performance.now();
}

function receiverLimits({ limits }: SidecarConfig): Partial<OtlpLimits> {
  return {
    wireBytes: limits.bodyBytes,
    decodedBytes: limits.decodedBytes,
    values: limits.valuesPerRequest,
    anyValueDepth: limits.depth,
    resources: limits.resourcesPerRequest,
    points: limits.pointsPerRequest,
    attributesPerPoint: limits.attributesPerPoint,
    bucketsPerPoint: limits.bucketsPerPoint,
    nameLength: limits.nameLength,
    valueLength: limits.labelLength,
    // One request of the permitted size must always fit.
    inFlightBytes: Math.max(limits.inFlightBytes, limits.bodyBytes),
  };
}

/** A host as it stands in a Host header. */
function hostName({ host }: ListenAddress): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
