import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** What came back over a connection. */
export interface RawAnswer {
  /** undefined if nothing did. */
  readonly status: number | undefined;
  readonly head: string;
  readonly body: string;
}

/**
 * Sends a request as it is written here, which node:http would refuse to, and gives the first answer.
 *
 * @param headers lines without their ends
 */
export async function rawRequest(
  port: number,
  line: string,
  headers: readonly string[] = ['Host: localhost'],
  body = '',
): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  // Without an end: to Node.js, a client that has ended its side does not wait for an answer any more.
  socket.write(`${[line, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  return { status: status === undefined ? undefined : Number(status), head, body: rest.join('\r\n\r\n') };
}
