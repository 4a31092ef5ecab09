import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { PART, partsOf } from './body-parts.ts';
import type { Answer, Client, Leave, RequestOptions } from './client.ts';

/** Speaks HTTP/2. */
export function http2Client(port: number, secure: boolean): Client {
  const open = (): ClientHttp2Session => {
    const session = connect(`${secure ? 'https' : 'http'}://127.0.0.1:${port}`, { rejectUnauthorized: false });
    // Each stream tells of the error too.
    session.on('error', () => undefined);
    return session;
  };
  return {
    send: async (target, options = {}) => {
      const session = open();
      try {
        return await send(session, target, options);
      } finally {
        session.destroy();
      }
    },
    connect: () => {
      const session = open();
      return {
        send: (target, options = {}) => send(session, target, options),
        close: () => session.destroy(),
      };
    },
    leave: (target, how, ready) => leave(open(), target, how, ready),
  };
}

function send(
  session: ClientHttp2Session,
  path: string,
  { method = 'GET', headers = {}, body, trailers, unfinished = false, beforeReading }: RequestOptions,
): Promise<Answer> {
  const stream = session.request(
    { ...headers, ':path': path, ':method': method },
    { endStream: body === undefined && trailers === undefined, waitForTrailers: trailers !== undefined },
  );
  if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  if (body !== undefined) for (const part of partsOf(body)) stream.write(part);
  if (!unfinished) stream.end();
  const informational: number[] = [];
  stream.on('headers', (given) => informational.push(Number(given[':status'])));
  let given: IncomingHttpHeaders = {};
  let rawHeaders: readonly string[] = [];
  let answerTrailers = {};
  stream.on('response', (answered: IncomingHttpHeaders, _flags: number, ...rest: unknown[]) => {
    given = answered;
    rawHeaders = rest[0] as string[];
  });
  stream.on('trailers', (answered) => (answerTrailers = answered));
  return readBody(stream, unfinished, beforeReading).then((bytes) => ({
    status: Number(given[':status']),
    headers: given as Answer['headers'],
    rawHeaders,
    body: bytes.toString(),
    bytes,
    trailers: answerTrailers,
    informational,
  }));
}

function readBody(
  stream: ClientHttp2Stream,
  unfinished: boolean,
  beforeReading?: () => Promise<void>,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let answered = false;
    stream.on('response', () => {
      answered = true;
      const read = (): unknown => stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      if (beforeReading === undefined) read();
      else beforeReading().then(read, reject);
    });
    stream.on('error', reject);
    // A stream whose request has no end is not closed by the end of its answer.
    if (unfinished) stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('close', () => {
      if (answered && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR) resolve(Buffer.concat(chunks));
      else reject(new Error(`the stream was closed with code ${stream.rstCode}`));
    });
  });
}

async function leave(
  session: ClientHttp2Session,
  path: string,
  { after, reset = false, uploading = false }: Leave,
  ready: () => Promise<void>,
): Promise<void> {
  const stream = session.request({ ':path': path, ':method': uploading ? 'POST' : 'GET' }, { endStream: !uploading });
  if (uploading) stream.write(PART);
  const closed = new Promise<void>((resolve) => session.once('close', () => resolve()));
  stream.on('error', () => undefined);
  const answered = new Promise<void>((resolve) => stream.once('data', () => resolve()));
  await (after === 'request' ? ready() : answered);
  if (reset) {
    stream.close(constants.NGHTTP2_CANCEL);
    // The session stays until the reset is out.
    session.close();
  } else {
    session.destroy();
  }
  await closed;
}
