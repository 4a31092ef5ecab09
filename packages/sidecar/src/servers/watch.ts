import type { Collector } from '../collectors/collector.ts';
import { createRunner } from '../collectors/runner.ts';
import type { Runner, RunnerOptions } from '../collectors/runner.ts';
import { serverAttributes, serverName } from '../config/watched-servers.ts';
import type { WatchedServer } from '../config/watched-servers.ts';
import { serverCollectors } from './registry.ts';
import type { ServerContext } from './registry.ts';

// With a deadline of 1.5 s, a server that hangs is told of within 5 s of it.
const INTERVAL_MS = 3_000;

/**
 * Looks at servers, each on its own, every three seconds at the least: more often than at the host by default, so that
 * `…up` is not late.
 */
export function watchServers(
  servers: readonly WatchedServer[],
  server: ServerContext,
  { context, intervalMs = INTERVAL_MS, onError }: Pick<RunnerOptions, 'context' | 'intervalMs' | 'onError'>,
): Runner {
  const everyMs = Math.min(intervalMs, INTERVAL_MS);
  const collectors = servers.map((watched) => {
    const { system, timeoutMs } = watched;
    const make = (): Collector => {
      const collector = serverCollectors[system](watched, server);
      return {
        collect: (signal) => collector.collect(signal),
        close: () => collector.close?.(),
        pace: { intervalMs: everyMs, deadlineMs: timeoutMs },
        up: { metric: `${system}.up`, attributes: serverAttributes(watched) },
      };
    };
    return [serverName(watched), make] as const;
  });
  return createRunner({
    collectors: Object.fromEntries(collectors),
    context,
    intervalMs: everyMs,
    ...(onError === undefined ? {} : { onError }),
  });
}
