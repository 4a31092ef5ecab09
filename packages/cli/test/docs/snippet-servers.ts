import { startMariadb, startMemcached, startPostgres, startRedis } from '@outrider/test-servers';
import { startMongodb } from '../../../probes/test/stand-ins/mongodb.ts';

interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The variables in which snippets have the servers that they use. All are real ones, but for that of MongoDB. */
const STARTERS: Readonly<Record<string, () => Promise<RunningServer>>> = {
  POSTGRES_URL: startPostgres,
  MARIADB_URL: startMariadb,
  REDIS_URL: startRedis,
  MEMCACHED_URL: startMemcached,
  MONGODB_URL: startMongodb,
};

/** Servers for snippets, each started when the first snippet needs it. */
export class SnippetServers {
  readonly #running = new Map<string, Promise<RunningServer>>();

  /** The variables that a program reads, with the servers behind them. */
  async urlsFor(code: string): Promise<Record<string, string>> {
    const needed = Object.keys(STARTERS).filter((name) => code.includes(`process.env.${name}`));
    const urls = needed.map(async (name) => [name, (await this.#start(name)).url] as const);
    return Object.fromEntries(await Promise.all(urls));
  }

  /** Stops those that were started. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(async (server) => (await server).stop()));
  }

  #start(name: string): Promise<RunningServer> {
    let server = this.#running.get(name);
    if (server === undefined) this.#running.set(name, (server = STARTERS[name]!()));
    return server;
  }
}
