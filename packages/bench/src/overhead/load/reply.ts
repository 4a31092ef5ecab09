const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** The first reply in a buffer. */
export interface Reply {
  /** Status line and headers. */
  readonly head: string;
  /** Bytes of head and body. */
  readonly length: number;
}

/**
 * Reads the reply that a buffer begins with; undefined while its head is incomplete. The body may be, too: compare
 * `length`.
 *
 * @throws {Error} if the status is not 200 or the reply does not say how long it is
 */
export function readReply(bytes: Buffer): Reply | undefined {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`The server answered ${head.split('\r\n', 1)[0]}.`);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('The server sent a reply without a Content-Length.');
  return { head, length: end + END_OF_HEAD.length + Number(length) };
}
