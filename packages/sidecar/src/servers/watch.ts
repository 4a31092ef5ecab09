import type { Collector, CollectorFactory } from '../collectors/collector.ts';
import { createRunner } from '../collectors/runner.ts';
import type { Runner, RunnerOptions } from '../collectors/runner.ts';
import { isSame } from '../config/changed-keys.ts';
import { serverAttributes, serverName } from '../config/watched-server.ts';
import type { WatchedServer } from '../config/watched-server.ts';
import { serverCollectors } from './registry.ts';
import type { ServerContext } from './server-collector.ts';

// With a deadline of 1.5 s, a server that hangs is told of within 5 s of it.
const INTERVAL_MS = 3_000;

/** Looks at servers. */
export interface ServerWatch extends Runner {
  /**
   * Looks at these servers from now on. One that was looked at before, with the same settings, keeps its connection and
   * what is known of it.
   */
  watch(servers: readonly WatchedServer[]): void;
}

interface Watched {
  readonly server: WatchedServer;
  readonly make: CollectorFactory;
}

/**
 * Looks at servers, each on its own, every three seconds at the least: more often than at the host by default, so that
 * `…up` is not late.
 */
export function watchServers(
  servers: readonly WatchedServer[],
  server: ServerContext,
  { context, intervalMs = INTERVAL_MS, onError }: Pick<RunnerOptions, 'context' | 'intervalMs' | 'onError'>,
): ServerWatch {
  let watched = new Map(servers.map((one) => [serverName(one), watch(one, server)]));
  const collectors = (): Record<string, CollectorFactory> =>
    Object.fromEntries([...watched].map(([name, { make }]) => [name, make]));
  const runner = createRunner({
    collectors: collectors(),
    context,
    intervalMs: Math.min(intervalMs, INTERVAL_MS),
    ...(onError === undefined ? {} : { onError }),
  });
  return {
    ...runner,
    pace: (wantedMs) => runner.pace(Math.min(wantedMs, INTERVAL_MS)),
    watch(wanted) {
      watched = new Map(
        wanted.map((one) => {
          const former = watched.get(serverName(one));
          return [serverName(one), former !== undefined && isSame(former.server, one) ? former : watch(one, server)];
        }),
      );
      runner.replace(collectors());
    },
  };
}

function watch(server: WatchedServer, context: ServerContext): Watched {
  const make = (): Collector => {
    const collector = serverCollectors[server.system](server, context);
    return {
      collect: (signal) => collector.collect(signal),
      close: () => collector.close?.(),
      // In every round of its runner.
      pace: { intervalMs: 0, deadlineMs: server.timeoutMs },
      up: { metric: `${server.system}.up`, attributes: serverAttributes(server) },
    };
  };
  return { server, make };
}
