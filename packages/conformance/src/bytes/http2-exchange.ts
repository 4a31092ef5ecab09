import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { FrameTap } from './frame-tap.ts';
import { Silence, turnsOf } from './silence.ts';
import { headersWithoutOurs } from './without-ours.ts';
import type { Stripped } from './without-ours.ts';

/** What an HTTP/2 client sees of one answer, and the frames that it came in. */
export interface Http2Record {
  readonly informational: readonly (readonly string[])[];
  readonly headers: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly resetCode: number | undefined;
  readonly aborted: boolean;
  readonly frames: readonly string[];
}

/** Sends a request to an HTTP/2 server in clear text and records the answer, without our headers. */
export async function exchangeHttp2(
  port: number,
  path: string,
  { method = 'GET', body, endless = false }: { method?: string; body?: string | undefined; endless?: boolean } = {},
): Promise<Stripped<Http2Record>> {
  const tap = await FrameTap.open(port);
  const session = connect(`http://127.0.0.1:${tap.port}`);
  session.on('error', () => undefined);
  try {
    const record = await recordAnswer(session, path, method, body, endless);
    // Headers have a different length with ours among them; everything else is to be the same.
    const { content: headers, ...counted } = headersWithoutOurs(record.headers);
    return { ...counted, content: { ...record, headers, frames: tap.frames() } };
  } finally {
    session.destroy();
    await tap.close();
  }
}

function recordAnswer(
  session: ClientHttp2Session,
  path: string,
  method: string,
  body: string | undefined,
  endless: boolean,
): Promise<Omit<Http2Record, 'frames'>> {
  return new Promise((resolve) => {
    const stream = session.request(
      { ':path': path, ':method': method, 'accept-encoding': 'gzip' },
      { endStream: body === undefined },
    );
    const informational: string[][] = [];
    const chunks: Buffer[] = [];
    let headers: string[] = [];
    let trailers: string[] = [];
    let aborted = false;
    const silence = new Silence(turnsOf(endless), () => stream.close());
    stream.on('headers', (...given: unknown[]) => informational.push(given[2] as string[]));
    stream.on('response', (...given: unknown[]) => (headers = given[2] as string[]));
    stream.on('trailers', (...given: unknown[]) => (trailers = given[2] as string[]));
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      silence.heard();
    });
    stream.on('aborted', () => (aborted = true));
    stream.on('error', () => undefined);
    stream.on('close', () => {
      silence.stop();
      resolve({
        informational: informational.map((raw) => headersWithoutOurs(raw).content),
        headers,
        body: Buffer.concat(chunks).toString('latin1'),
        trailers,
        resetCode: stream.rstCode,
        aborted,
      });
    });
    if (body !== undefined) stream.end(body);
  });
}
