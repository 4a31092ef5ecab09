import { OutriderError } from '@outrider/core';
import type { PoolReader, PoolStats } from '@outrider/core';
import { hasFunctions } from './shape.ts';

/** What a pool tells of its origin; a single client has one connection or none, and says which by a truth value. */
interface OriginStats {
  readonly connected: number | boolean;
  readonly pending: number;
  readonly running: number;
}

interface Dispatcher {
  readonly destroyed?: boolean;
  readonly stats: OriginStats | Readonly<Record<string, OriginStats>>;
}

function isDispatcher(target: object): target is Dispatcher {
  const { stats } = target as { stats?: unknown };
  return hasFunctions(target, ['dispatch', 'close', 'destroy']) && typeof stats === 'object' && stats !== null;
}

function isOfOneOrigin(stats: Dispatcher['stats']): stats is OriginStats {
  return typeof stats['running'] === 'number';
}

function readDispatcher({ stats }: Dispatcher): PoolStats {
  if (!isOfOneOrigin(stats)) return sum(Object.values(stats));
  // The limit of a pool is private.
  return { ...sum([stats]), limit: typeof stats.connected === 'boolean' ? 1 : undefined };
}

function sum(origins: readonly OriginStats[]): PoolStats {
  let [used, idle, pending] = [0, 0, 0];
  for (const stats of origins) {
    const connected = Number(stats.connected);
    // Where several requests share a connection more may run than there are connections. `free` is not the idle ones:
    // it counts those that take one more request.
    const busy = Math.min(connected, stats.running);
    used += busy;
    idle += connected - busy;
    pending += stats.pending;
  }
  return { used, idle, pending };
}

/**
 * Reads an `Agent`, `Pool` or `Client` of undici 8, or one of an older version that has `stats` already, all origins
 * together. With HTTP/2 or pipelining the requests that run count as connections in use, up to as many as are open.
 *
 * @example
 * const agent = new Agent({ connections: 20 });
 * observer.pool(agent, { name: 'partners' });
 */
export const undiciPool: PoolReader = {
  library: 'undici (Agent, Pool, Client)',
  family: 'http',
  matches: isDispatcher,
  read(target: object): PoolStats | undefined {
    const dispatcher = target as Dispatcher;
    return dispatcher.destroyed === true ? undefined : readDispatcher(dispatcher);
  },
};

/** Undici 6, of Node.js 22, tells no figures of an agent; it begins when the first request is made. */
const BUILT_IN_TELLS = Number.parseInt(process.versions['undici'] ?? '0', 10) >= 7;

// In newer versions `.1` is a wrapper for older ones, which has no figures.
function globalDispatcher(): object | undefined {
  const globals = globalThis as Record<symbol, object | undefined>;
  return globals[Symbol.for('undici.globalDispatcher.2')] ?? globals[Symbol.for('undici.globalDispatcher.1')];
}

/**
 * Reads the connections of `fetch`, of whichever dispatcher is the global one when it is read.
 *
 * @example
 * observer.pool(fetch, { name: 'fetch' });
 */
export const fetchPool: PoolReader = {
  library: 'fetch',
  family: 'http',
  // Also one that was replaced by another meanwhile. Figures are told by functions without parameters.
  matches: (target) => typeof target === 'function' && target.name === 'fetch' && target.length > 0,
  attach(): void {
    const dispatcher = globalDispatcher();
    if (dispatcher === undefined ? BUILT_IN_TELLS : isDispatcher(dispatcher)) return;
    throw new OutriderError('OUTRIDER_PROBE_TARGET', {
      kind: 'pool',
      name: 'of fetch',
      value: 'its dispatcher tells no figures',
      accepted: 'fetch of Node.js 24 or later, or after setGlobalDispatcher of undici 7 or later',
    });
  },
  read(): PoolStats {
    const dispatcher = globalDispatcher();
    // There is none before the first request, and no connection either.
    if (dispatcher === undefined) return sum([]);
    if (!isDispatcher(dispatcher)) throw new Error('the global dispatcher tells no figures');
    return readDispatcher(dispatcher);
  },
};
