import { startMemcached, startPgBouncer, startPostgres, startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';

/** Servers that a sidecar watches, each with whatever makes it tell all it can: replicas, limits, things that spill. */
export class WatchedServers {
  /** What applications are to use: through the PgBouncer. */
  readonly pooledUrl: string;
  readonly postgres: TestServer;
  readonly redis: TestServer;
  readonly memcached: TestServer;
  readonly #bouncer: TestServer;
  readonly #replicas: readonly TestServer[];

  private constructor(
    servers: Readonly<Record<'postgres' | 'redis' | 'memcached' | 'bouncer', TestServer>>,
    replicas: readonly TestServer[],
  ) {
    this.postgres = servers.postgres;
    this.redis = servers.redis;
    this.memcached = servers.memcached;
    this.#bouncer = servers.bouncer;
    this.#replicas = replicas;
    this.pooledUrl = `postgresql://postgres@127.0.0.1:${servers.bouncer.port}/shop`;
  }

  /** @throws {Error} if one of them does not start; none is left then */
  static async start(): Promise<WatchedServers> {
    const started: TestServer[] = [];
    const of = async (starting: Promise<TestServer>): Promise<TestServer> => {
      const server = await starting;
      started.push(server);
      return server;
    };
    const starting = [startDatabases(of), startRedises(of), of(startMemcached({ args: ['-m', '2'] }))] as const;
    const failed = (await Promise.allSettled(starting)).find(({ status }) => status === 'rejected');
    if (failed !== undefined) await Promise.all(started.map((server) => server.stop()));
    const [[postgres, bouncer, standby], [redis, replica], memcached] = await Promise.all(starting);
    return new WatchedServers({ postgres, bouncer, redis, memcached }, [standby, replica]);
  }

  /** What a sidecar is to be told. */
  get watched(): readonly string[] {
    const at = ({ port }: TestServer): string => `127.0.0.1:${port}`;
    return [
      this.postgres.url,
      `pgbouncer://postgres@${at(this.#bouncer)}`,
      `redis://${at(this.redis)}`,
      ...this.#replicas.slice(1).map((replica) => `redis://${at(replica)}`),
      `memcached://${at(this.memcached)}`,
    ];
  }

  async stop(): Promise<void> {
    await Promise.all([this.#bouncer, this.redis, this.memcached, ...this.#replicas].map((server) => server.stop()));
    // A standby that lost its primary would wait for it.
    await this.postgres.stop();
  }
}

type Started = (starting: Promise<TestServer>) => Promise<TestServer>;

// Sorting spills to disk soon, and checkpoints come while somebody looks.
async function startDatabases(of: Started): Promise<[postgres: TestServer, bouncer: TestServer, standby: TestServer]> {
  const postgres = await of(startPostgres({ settings: { work_mem: '64kB', checkpoint_timeout: '30s' } }));
  const target = `host=127.0.0.1 port=${postgres.port} dbname=postgres user=postgres`;
  // Fewer connections than clients: some wait.
  const settings = { default_pool_size: 6, max_db_connections: 12, stats_users: 'postgres' };
  const bouncer = of(startPgBouncer({ databases: { shop: target }, settings }));
  const standby = of(startPostgres({ standbyOf: postgres }));
  await Promise.allSettled([bouncer, standby]);
  return [postgres, await bouncer, await standby];
}

// So little memory that something must go.
async function startRedises(of: Started): Promise<[redis: TestServer, replica: TestServer]> {
  const redis = await of(startRedis({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru'] }));
  return [redis, await of(startRedis({ args: ['--replicaof', '127.0.0.1', String(redis.port)] }))];
}
