/** What a receiver answered, as far as a push needs it. */
export interface Reply {
  readonly status: number;
  /** Whether the answer is from an Outrider sidecar. */
  readonly sidecar: boolean;
  /** Whether it came to its end, and the connection may carry another request. */
  readonly reusable: boolean;
}

/**
 * Reads an HTTP/1.1 answer from what came over the wire so far; undefined until its headers are whole.
 * Source: RFC 9112, message syntax.
 *
 * @throws {Error} if it is no HTTP
 */
export function parseReply(text: string): Reply | undefined {
  const end = text.indexOf('\r\n\r\n');
  // What begins otherwise will not become HTTP by waiting.
  if (!'HTTP/1.'.startsWith(text.slice(0, 7))) throw new Error('no HTTP/1.x answer');
  if (end === -1) return undefined;
  const head = text.slice(0, end);
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0);
  const body = text.slice(end + 4);
  // An interim answer comes before the one that counts.
  if (status >= 100 && status < 200) return parseReply(body);
  const keeps = head.startsWith('HTTP/1.1') && header(head, 'connection')?.toLowerCase() !== 'close';
  return { status, sidecar: header(head, 'outrider-sidecar') !== undefined, reusable: keeps && isWhole(head, body) };
}

function isWhole(head: string, body: string): boolean {
  if (header(head, 'transfer-encoding')?.toLowerCase() === 'chunked') return /(?:^|\r\n)0\r\n\r\n$/.test(body);
  return header(head, 'content-length') === String(body.length);
}

function header(head: string, name: string): string | undefined {
  return new RegExp(String.raw`^${name}:[ \t]*(.*?)[ \t]*$`, 'im').exec(head)?.[1];
}
