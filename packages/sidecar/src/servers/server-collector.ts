import type { Collector } from '../collectors/collector.ts';
import type { WatchedServer } from '../config/watched-server.ts';

/** What every server collector is given besides its server. */
export interface ServerContext {
  /** Bytes that one look may make the server send; more fails it. */
  readonly replyBytes: number;
  /** Told when a server sent more. */
  readonly onTooLong: () => void;
}

/**
 * Makes the collector of a server. It keeps one connection, opened by the first collection and again when it was lost;
 * what it still waits for at the deadline it goes on waiting for, since it must not ask twice, for half a minute.
 */
export type ServerCollectorFactory = (server: WatchedServer, context: ServerContext) => Collector;
