import type { Collection, Collector, CollectorContext } from '../../src/collectors/collector.ts';
import { Secret } from '../../src/config/secret.ts';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import type { ServerContext } from '../../src/servers/server-collector.ts';

export const context: ServerContext = { replyBytes: 4 * 2 ** 20, onTooLong: () => undefined };

/** A PostgreSQL or PgBouncer at a port of the loopback. */
export function at(port: number, options: Partial<WatchedServer> & { secret?: string } = {}): WatchedServer {
  const { secret, ...others } = options;
  return {
    system: 'postgresql',
    address: { host: '127.0.0.1', port },
    user: 'outrider',
    timeoutMs: 1_500,
    ...(secret === undefined ? {} : { password: Secret.of(secret) }),
    ...others,
  };
}

/** One look, as the runner takes it, with a deadline. */
export async function look(collector: Collector, deadlineMs = 5_000): Promise<Collection> {
  return collector.collect(AbortSignal.timeout(deadlineMs));
}

/** What a look fails with. */
export async function failure(collector: Collector): Promise<string> {
  return look(collector).then(
    () => 'did not fail',
    (error: unknown) => (error as Error).message,
  );
}

/** Values by `name{attribute=value}`, the attributes of the server left out. */
export function values({ metrics }: Pick<Collection, 'metrics'>): Record<string, number> {
  const found = metrics.flatMap(({ name, points }) =>
    points.map((point) => {
      const attributes = point.attributes.filter(([key]) => !key.startsWith('server.'));
      const shown = attributes.map(([key, value]) => `${key}=${value}`).join(',');
      return [shown === '' ? name : `${name}{${shown}}`, 'value' in point ? point.value : Number.NaN] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** Waits until a condition is met. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 8_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What a runner is given, and how many times it has looked at its clock: it does so at least once a round. */
export class Rounds {
  #count = 0;
  readonly context: CollectorContext = {
    procRoot: '/proc',
    sysRoot: '/sys',
    clock: () => {
      this.#count += 1;
      return performance.now();
    },
  };

  /** Waits for more rounds. */
  async pass(count: number): Promise<void> {
    const before = this.#count;
    await until(() => this.#count >= before + count);
  }
}
