import type { EventEmitter } from 'node:events';
import type { ChannelListeners } from './channel-listeners.ts';
import { ABORTED, TIMEOUT, codeOrClass, errorCode, isAbort, isTimeout } from './error-type.ts';
import { KnownHosts } from './known-hosts.ts';
import type { OutgoingCall, OutgoingCalls } from './outgoing-calls.ts';
import { addressOfHost, defaultPort } from './server-address.ts';

/** What is read of a `ClientRequest`. */
interface ClientRequest extends EventEmitter {
  readonly method: string;
  readonly protocol: string;
  readonly host: string;
  readonly socketPath?: string | undefined;
  readonly agent?: { readonly defaultPort?: number } | undefined;
  readonly destroyed: boolean;
  readonly socket?: { readonly readableEnded: boolean } | null;
  readonly res?: ServerResponse | null;
  getHeader(name: string): unknown;
}

interface ServerResponse extends EventEmitter {
  readonly statusCode: number;
  readonly complete: boolean;
  readonly upgrade: boolean | null;
  readonly destroyed: boolean;
}

/** What `node:http` publishes. */
interface ClientMessage {
  readonly request: ClientRequest;
}

interface ResponseMessage extends ClientMessage {
  readonly response: ServerResponse;
}

interface ErrorMessage extends ClientMessage {
  readonly error: unknown;
}

interface UnderWay {
  readonly call: OutgoingCall;
  timedOut: boolean;
}

/**
 * Watches the calls of `node:http` and `node:https`. A call ends as its answer has been read, as it fails, or as its
 * connection closes; one that the caller never reads ends with its connection, because nothing says before that it has
 * arrived. An upgrade ends as it is answered.
 *
 * @param created what begins calls @param ended what ends them
 */
export function watchNodeHttp(calls: OutgoingCalls, created: ChannelListeners, ended: ChannelListeners): void {
  const hosts = new KnownHosts(calls);
  const requests = new WeakMap<object, UnderWay>();

  created.on('http.client.request.created', ({ request }: ClientMessage) => {
    const { protocol, host, socketPath, agent } = request;
    const header = socketPath ? undefined : request.getHeader('host');
    const usualPort = agent?.defaultPort ?? defaultPort(protocol);
    const found = hosts.find(`${host} ${usualPort} ${String(header)}`, () => addressOfHost(host, header, usualPort));
    const underWay: UnderWay = { call: calls.begin('http', found, request.method), timedOut: false };
    requests.set(request, underWay);
    // There is no channel for either. Nobody looks whether somebody listens to these events, so it changes nothing.
    request.once('timeout', () => {
      underWay.timedOut = true;
    });
    request.once('close', () => underWay.call.end(failureAtClose(request, underWay)));
  });

  // Published as the head of an answer has come, despite its name, and neither for an upgrade nor an informational one.
  ended.on('http.client.response.finish', ({ request, response }: ResponseMessage) => {
    const call = requests.get(request)?.call;
    if (call === undefined) return;
    call.status = response.statusCode;
    // `close` of the request would wait for the connection where that is not kept.
    response.once('end', () => call.end());
  });

  ended.on('http.client.request.error', ({ request, error }: ErrorMessage) => {
    const underWay = requests.get(request);
    underWay?.call.end(failureByError(request, underWay, error));
  });
}

function failureByError(request: ClientRequest, underWay: UnderWay, error: unknown): string {
  // Node.js itself destroys a request or answer after its error was told, so here the caller has done it: with an error
  // of any kind, which is not the cause.
  const byCaller = request.destroyed || request.res?.destroyed === true;
  if (!byCaller) return isTimeout(error) ? TIMEOUT : codeOrClass(error);
  const failure = failureByCaller(request, underWay, error);
  if (failure === TIMEOUT || request.socket) return failure;
  // Or the agent could not get a connection: that destroys the request first. Of a caller's it says ECONNRESET.
  const code = isAbort(error) ? undefined : errorCode(error);
  return code === undefined || code === 'ECONNRESET' ? ABORTED : code;
}

function failureByCaller(request: ClientRequest, { timedOut }: UnderWay, error?: unknown): string {
  return timedOut || isTimeout(error) || isTimeout(destroyedWith(request)) ? TIMEOUT : ABORTED;
}

// What the caller or its signal gave is told by nothing where there was no connection yet: there it is `socket hang up`.
function destroyedWith(request: ClientRequest): unknown {
  const key = Object.getOwnPropertySymbols(request).find(({ description }) => description === 'kError');
  return key && (request as unknown as Readonly<Record<symbol, unknown>>)[key];
}

/** Why a request that has closed without an error has failed; undefined if it has not. */
function failureAtClose(request: ClientRequest, underWay: UnderWay): string | undefined {
  const { res, socket } = request;
  if (res?.upgrade) underWay.call.status = res.statusCode;
  if (res?.complete || res?.upgrade) return undefined;
  // What ended the connection in the midst of an answer: the server, which ends its side first, or the caller.
  return res && socket?.readableEnded ? 'ECONNRESET' : failureByCaller(request, underWay);
}
