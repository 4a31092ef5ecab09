import type { PoolReader, PoolStats } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

type ByOrigin = Readonly<Record<string, readonly unknown[] | undefined>>;

interface HttpAgent {
  readonly sockets: ByOrigin;
  readonly freeSockets: ByOrigin;
  readonly requests: ByOrigin;
  readonly maxTotalSockets: number;
}

function isHttpAgent(target: object): boolean {
  const { sockets, freeSockets, requests } = target as { [name in keyof HttpAgent]?: unknown };
  return (
    [sockets, freeSockets, requests].every((byOrigin) => typeof byOrigin === 'object' && byOrigin !== null) &&
    hasNumbers(target, ['totalSocketCount', 'maxSockets', 'maxTotalSockets']) &&
    hasFunctions(target, ['createConnection', 'destroy'])
  );
}

function count(byOrigin: ByOrigin): number {
  let sum = 0;
  for (const name in byOrigin) sum += byOrigin[name]?.length ?? 0;
  return sum;
}

/**
 * Reads an `Agent` of `node:http` or `node:https`, all origins together. A connection that is being opened counts as in
 * use. The limit is `maxTotalSockets`, if there is one: `maxSockets` is one for each origin.
 *
 * @example
 * observer.pool(new https.Agent({ keepAlive: true, maxTotalSockets: 50 }), { name: 'partners' });
 */
export const httpAgent: PoolReader = {
  library: 'http.Agent',
  family: 'http',
  matches: isHttpAgent,
  read(target: object): PoolStats {
    const { sockets, freeSockets, requests, maxTotalSockets } = target as HttpAgent;
    return {
      used: count(sockets),
      idle: count(freeSockets),
      pending: count(requests),
      limit: Number.isFinite(maxTotalSockets) ? maxTotalSockets : undefined,
    };
  },
};
