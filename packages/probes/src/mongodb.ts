import type { PoolReader, PoolStats, PoolTimings, Unwrapper } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';
import { WaitingCallers } from './waiting-callers.ts';

// The driver's events are those of https://github.com/mongodb/specifications/blob/master/source/connection-monitoring-and-pooling
interface PoolEvent {
  readonly address: string;
  readonly connectionId: number;
  readonly durationMS: number;
  readonly reason?: string;
  readonly serviceId?: unknown;
}

interface MongoClient {
  readonly options: { readonly maxPoolSize: number; readonly minPoolSize: number };
  readonly topology?: { readonly s?: { readonly servers?: ReadonlyMap<string, { readonly pool: ConnectionPool }> } };
  on(event: string, listener: (event: PoolEvent) => void): unknown;
}

/** What the driver's own pool of one server knows; it is private, and looked at once. */
interface ConnectionPool {
  readonly connections: Iterable<{ readonly id: number }>;
  readonly checkedOut: Iterable<{ readonly id: number }>;
}

/** The connections to one server, by their ids. */
class ServerPool {
  /** When each began to connect. */
  readonly connecting: Map<number, number> = new Map();
  readonly idle: Set<number> = new Set();
  /** Since when each is in use, where that is known. */
  readonly used: Map<number, number | undefined> = new Map();
  // The driver tells waits by whole milliseconds of this clock.
  readonly callers: WaitingCallers = new WaitingCallers(() => Math.floor(performance.now()));
  #forgetting = false;

  /**
   * Forgets callers whose signal aborted their wait, who leave without an event: where a connection is idle nobody waits
   * but for one that is being opened. That holds only when the driver has come to rest, in another turn of the event loop.
   */
  forgetAborted(): void {
    if (this.#forgetting || !this.#hasAborted()) return;
    this.#forgetting = true;
    setImmediate(() => {
      this.#forgetting = false;
      if (this.#hasAborted()) this.callers.keep(this.connecting.size);
    }).unref();
  }

  #hasAborted(): boolean {
    return this.idle.size > 0 && this.callers.size > this.connecting.size;
  }
}

interface ClientState {
  readonly servers: Map<string, ServerPool>;
  /** Whether there were servers already whose connections cannot be known. */
  readonly tooLate: boolean;
  timings: PoolTimings | undefined;
}

const states = new WeakMap<object, ClientState>();

function isMongoClient(target: object): boolean {
  const { options } = target as { options?: unknown };
  return (
    hasFunctions(target, ['db', 'startSession', 'watch', 'on']) &&
    typeof options === 'object' &&
    options !== null &&
    hasNumbers(options, ['maxPoolSize', 'minPoolSize'])
  );
}

// What is kept must not hold the client: the client holds the listeners, and they hold it.
function listen(client: MongoClient, state: ClientState): void {
  const on = (event: string, listener: (pool: ServerPool, event: PoolEvent) => void): void => {
    client.on(event, (told) => {
      const pool = state.servers.get(told.address);
      if (pool !== undefined) listener(pool, told);
    });
  };
  client.on('connectionPoolCreated', ({ address }) => state.servers.set(address, new ServerPool()));
  on('connectionPoolClosed', ({ callers }, { address }) => {
    // Who still waits had its wait aborted.
    callers.keep(0);
    state.servers.delete(address);
  });
  on('connectionPoolCleared', (pool, { serviceId }) => {
    // Behind a load balancer only the connections to one of the services are meant, and which is not told.
    if (serviceId !== undefined) return;
    // They are of no use any more, though the driver closes them only when it next looks for one. Those that were still
    // connecting may end without any event.
    pool.idle.clear();
    pool.connecting.clear();
  });
  on('connectionCreated', (pool, { connectionId }) => pool.connecting.set(connectionId, performance.now()));
  on('connectionReady', (pool, { connectionId }) => {
    const began = pool.connecting.get(connectionId);
    if (began !== undefined) state.timings?.created((performance.now() - began) / 1000);
    pool.connecting.delete(connectionId);
    pool.idle.add(connectionId);
  });
  on('connectionClosed', ({ connecting, idle, used }, { connectionId }) => {
    for (const connections of [connecting, idle, used]) connections.delete(connectionId);
  });
  // Told in the call of the one who waits, so that the wait is attributed to the request that it is for.
  on('connectionCheckOutStarted', ({ callers }) => callers.begin(state.timings?.wait()));
  on('connectionCheckOutFailed', ({ callers }, { durationMS, reason }) =>
    callers.endAfter(durationMS, reason === 'timeout' ? 'timeout' : 'error'),
  );
  on('connectionCheckedOut', ({ idle, used, callers }, { connectionId, durationMS }) => {
    idle.delete(connectionId);
    used.set(connectionId, performance.now());
    callers.serveAfter(durationMS);
  });
  on('connectionCheckedIn', ({ idle, used }, { connectionId }) => {
    const since = used.get(connectionId);
    if (since !== undefined) state.timings?.used((performance.now() - since) / 1000);
    used.delete(connectionId);
    idle.add(connectionId);
  });
}

/** The connections of before the first event that is heard; undefined where the driver does not show them. */
function connectionsOf({ topology }: MongoClient): Map<string, ServerPool> | undefined {
  const servers = new Map<string, ServerPool>();
  if (topology === undefined) return servers;
  try {
    for (const [address, { pool }] of topology.s!.servers!) {
      const server = new ServerPool();
      for (const { id } of pool.connections) server.idle.add(id);
      for (const { id } of pool.checkedOut) server.used.set(id, undefined);
      servers.set(address, server);
    }
    return servers;
  } catch {
    return undefined;
  }
}

/**
 * Reads a `MongoClient` (mongodb 7), or a mongoose connection, by the events of its connection pools: one pool a server,
 * told as one, and so is the limit. A connection that is being opened is neither used nor idle. Register the client
 * before it connects: of what is before that, only the connections are known, and those from a private part of the driver.
 *
 * @example
 * const client = new MongoClient(url);
 * observer.pool(client, { name: 'catalogue', timings: true });
 */
export const mongodbPool: PoolReader = {
  library: 'mongodb',
  matches: isMongoClient,
  // Its figures are known by its events alone.
  attach(target: object): void {
    if (states.has(target)) return;
    const client = target as MongoClient;
    const servers = connectionsOf(client);
    const state: ClientState = { servers: servers ?? new Map(), tooLate: servers === undefined, timings: undefined };
    states.set(target, state);
    listen(client, state);
  },
  read(target: object): PoolStats {
    const { maxPoolSize, minPoolSize } = (target as MongoClient).options;
    const { servers, tooLate } = states.get(target)!;
    if (tooLate) throw new Error('the client was connected before it was registered');
    let [used, idle, pending] = [0, 0, 0];
    for (const pool of servers.values()) {
      pool.forgetAborted();
      used += pool.used.size;
      idle += pool.idle.size;
      pending += pool.callers.size;
    }
    const count = Math.max(servers.size, 1);
    const limit = maxPoolSize > 0 ? maxPoolSize * count : undefined;
    return { used, idle, pending, limit, idleMin: minPoolSize * count };
  },
  time(target: object, timings: PoolTimings): void {
    states.get(target)!.timings = timings;
  },
};

/** Finds the client in a mongoose connection, which has one once it began to connect. */
export const mongooseClient: Unwrapper = (target) =>
  hasFunctions(target, ['getClient', 'openUri', 'asPromise'])
    ? ((target as { getClient(): object | null }).getClient() ?? undefined)
    : undefined;
