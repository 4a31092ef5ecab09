import { onTestFinished } from 'vitest';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { Connection } from '../../src/servers/connection.ts';
import type { ConnectionOptions } from '../../src/servers/connection.ts';
import { Dialogue } from '../../src/servers/dialogue.ts';
import type { ReplyBuffer } from '../../src/servers/reply-buffer.ts';
import { countingContext } from './watching.ts';

/** A connection to a server that answers lines, until the test is over. */
export function connectionTo(
  server: WatchedServer,
  more: Partial<ConnectionOptions<Dialogue>> = {},
): Connection<Dialogue> {
  const context = countingContext();
  const connection = new Connection({ server, context, tls: 'first', logIn: (wire) => new Dialogue(wire), ...more });
  onTestFinished(() => connection.close());
  return connection;
}

/** Asks for a line. */
export function ping(connection: Connection<Dialogue>, deadlineMs = 5000): Promise<string> {
  return connection.look(AbortSignal.timeout(deadlineMs), (dialogue) => dialogue.ask('ping\r\n', readLine));
}

/** Reads a line. */
export function readLine(buffer: ReplyBuffer): string | undefined {
  return buffer.line();
}
