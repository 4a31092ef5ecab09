import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ClientTls } from '../config/client-tls.ts';
import type { BasicCredentials } from '../config/forward-endpoint.ts';
import type { ForwardHeaders } from '../config/forward-headers.ts';
import { VERSION } from '../version.ts';
import { rejectedPoints } from './export-response.ts';
import type { WaitingRequest } from './queue.ts';
import { isRetryable, parseRetryAfter } from './retry.ts';
import { headersToSend, tlsToUse } from './sender-secrets.ts';
import type { TlsOptions } from './sender-secrets.ts';

/** Where a sender sends to. */
export interface SenderTarget {
  /** The whole URL, without credentials. */
  readonly url: string;
  /** Headers beside those of OTLP; like the credentials they are read for each request, so that a file may be exchanged. */
  readonly headers: ForwardHeaders;
  readonly credentials?: BasicCredentials;
  /** How a connection to https:// is encrypted; its files, too, are read for each request. */
  readonly tls?: ClientTls;
  /** Milliseconds that one request may take, its answer included. */
  readonly timeoutMs: number;
}

/** What came of one request. */
export type SendOutcome =
  | { readonly kind: 'taken'; readonly rejected: number }
  /** To be sent again; `askedMs` is the wait that the backend asked for. `why` holds no secret. */
  | { readonly kind: 'retry'; readonly why: string; readonly askedMs: number | undefined }
  /** Never to be sent again. */
  | { readonly kind: 'refused'; readonly why: string };

/** Sends to one backend. */
export interface Sender {
  /** Sends one request; never throws. Aborting it is a connection that broke. */
  send(request: WaitingRequest, signal: AbortSignal): Promise<SendOutcome>;
  /** Closes the connections that are idle. */
  close(): void;
}

// No answer of OTLP is longer; what is beyond it is not read.
const ANSWER_BYTES = 65_536;

/**
 * Makes a sender with a connection of its own, which is kept between two requests.
 *
 * @example await createSender({ url: 'http://127.0.0.1:4318/v1/metrics', headers: {}, timeoutMs: 10_000 }).send(request, signal)
 */
export function createSender(target: SenderTarget): Sender {
  const { url, timeoutMs } = target;
  const secure = url.startsWith('https:');
  const agentOptions = { keepAlive: true, maxSockets: 1 };
  const agent = secure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);

  function send({ body, gzip }: WaitingRequest, signal: AbortSignal): Promise<SendOutcome> {
    let secrets: OutgoingHttpHeaders;
    let encryption: TlsOptions;
    try {
      secrets = headersToSend(target);
      encryption = tlsToUse(target.tls);
    } catch (error) {
      // A file that is being exchanged, or gone: as if the backend could not be reached.
      return Promise.resolve({ kind: 'retry', why: (error as Error).message, askedMs: undefined });
    }
    return new Promise((resolve) => {
      const req = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent,
        signal,
        ...encryption,
        headers: {
          'user-agent': `outrider-sidecar/${VERSION}`,
          ...secrets,
          'content-type': 'application/x-protobuf',
          'content-length': body.byteLength,
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        },
      });
      const settle = (outcome: SendOutcome): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      let answered = false;
      req.once('response', (res) => {
        answered = true;
        readAnswer(res, (answer) => {
          // Answered before all of it was sent: the rest would keep the connection from the next request, for ever.
          if (!req.writableFinished) req.destroy();
          settle(outcomeOf(res, answer));
        });
      });
      const fail = (why: string): void => {
        if (!answered) settle({ kind: 'retry', why, askedMs: undefined });
      };
      const timer = setTimeout(() => {
        // First, since a request that still waits for its connection ends without an event.
        fail(`no answer within ${timeoutMs} ms`);
        req.destroy();
      }, timeoutMs);
      req.on('error', (error) => fail(reason(error)));
      // An answer that switches protocols ends the connection without an error.
      req.once('close', () => fail('the connection was closed'));
      req.end(body);
    });
  }

  return { send, close: () => agent.destroy() };
}

/** Reads an answer as far as it is of use. One that breaks off has still said its status: that counts. */
function readAnswer(res: IncomingMessage, done: (answer: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  res.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > ANSWER_BYTES) res.destroy();
    else chunks.push(chunk);
  });
  res.on('error', () => undefined);
  res.once('close', () => done(Buffer.concat(chunks)));
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage, answer: Buffer): SendOutcome {
  if (statusCode >= 200 && statusCode < 300) {
    return { kind: 'taken', rejected: rejectedPoints(answer, headers['content-type']) };
  }
  const why = `HTTP status ${statusCode}`;
  if (!isRetryable(statusCode)) return { kind: 'refused', why };
  return { kind: 'retry', why, askedMs: parseRetryAfter(headers['retry-after'], Date.now()) };
}

// A message could quote what was sent; codes (ECONNREFUSED, DEPTH_ZERO_SELF_SIGNED_CERT) cannot.
function reason(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
