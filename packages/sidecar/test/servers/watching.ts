import { onTestFinished } from 'vitest';
import type { System, WatchedServer } from '../../src/config/watched-server.ts';
import type { ServerContext } from '../../src/servers/server-collector.ts';
import { watchServers } from '../../src/servers/watch.ts';
import { thisMachine, values } from '../fixtures/proc-tree.ts';

/** Milliseconds between two looks. */
export const INTERVAL_MS = 150;

/** Milliseconds that a machine which has much else to do may take besides. */
export const BUSY_MS = 3_000;

/** A server on the loopback, with a deadline that fits a test. */
export function local(system: System, port: number, more: Partial<WatchedServer> = {}): WatchedServer {
  return { system, address: { host: '127.0.0.1', port }, timeoutMs: 400, ...more };
}

/** A context that counts how often a server sent too much. */
export function countingContext(replyBytes = 100_000): ServerContext & { readonly tooLong: number } {
  const context = { replyBytes, tooLong: 0, onTooLong: () => void (context.tooLong += 1) };
  return context;
}

/** What is known of a server that is looked at often, until the test is over. */
export interface Watching {
  /** Values by the name of the metric and its own attributes: `redis.db.keys{db=0}`. */
  values(): Readonly<Record<string, number>>;
  readonly up: number | undefined;
  /** What was logged. */
  readonly errors: readonly string[];
}

/** Watches a server. */
export function watching(server: WatchedServer, context: ServerContext = countingContext()): Watching {
  const errors: string[] = [];
  const runner = watchServers([server], context, {
    context: thisMachine,
    intervalMs: INTERVAL_MS,
    onError: (_, error) => errors.push(error.message),
  });
  onTestFinished(() => runner.close());
  void runner.start();
  const read = (): Record<string, number> => ownValues(runner.snapshot());
  return {
    errors,
    values: read,
    get up() {
      return read()[`${server.system}.up`];
    },
  };
}

/** The values of a collection without the attributes that name the server. */
export function ownValues(collection: Parameters<typeof values>[0]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values(collection)).map(([name, value]) => {
      const own = name.replace(/(?<=[{,])server\.(?:address|port)=[^,}]*,?/g, '');
      return [own.replace(/,\}$/, '}').replace('{}', ''), value];
    }),
  );
}
