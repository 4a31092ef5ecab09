import type { ChannelListeners } from './channel-listeners.ts';
import { ABORTED, TIMEOUT, codeOrClass, errorCode, isAbort, isTimeout } from './error-type.ts';
import { KnownHosts } from './known-hosts.ts';
import type { OutgoingCall, OutgoingCalls } from './outgoing-calls.ts';
import { addressOfOrigin } from './server-address.ts';

/** What undici publishes, from 6 on: a request, which it has made for one try and one hop. */
interface UndiciMessage {
  readonly request: {
    readonly origin: string | URL | undefined;
    readonly method: string;
    readonly upgrade?: unknown;
  };
}

interface UndiciHeadersMessage extends UndiciMessage {
  readonly response: { readonly statusCode: number };
}

interface UndiciErrorMessage extends UndiciMessage {
  readonly error: unknown;
}

/**
 * Watches the calls of undici: `fetch` of Node.js itself and all that the package sends. A pool whose connections are
 * limited and all in use makes its requests as it comes to them, so that the wait for a connection is in no duration; of
 * late (8.12) still in the caller's asynchronous context, but before, undici 7 among them, in that of another call, whose
 * request is then taken to wait for it. A fetch whose signal fires before it has a connection
 * ends as that comes or fails, and then undici has no reason for it: a timeout is told as `aborted` there.
 *
 * @param created what begins calls @param ended what ends them
 */
export function watchUndici(calls: OutgoingCalls, created: ChannelListeners, ended: ChannelListeners): void {
  const hosts = new KnownHosts(calls);
  const underWay = new WeakMap<object, OutgoingCall>();

  function end(request: object, failure: string | undefined): void {
    underWay.get(request)?.end(failure);
    // An error may follow the trailers, where the one who takes them throws.
    underWay.delete(request);
  }

  created.on('undici:request:create', ({ request }: UndiciMessage) => {
    // The undici of no Node.js publishes that an upgrade was answered, only the package of late: it would never end.
    if (request.upgrade || request.method === 'CONNECT') return;
    const origin = String(request.origin);
    const host = hosts.find(origin, () => addressOfOrigin(origin));
    underWay.set(request, calls.begin('undici', host, request.method));
  });
  ended.on('undici:request:headers', ({ request, response }: UndiciHeadersMessage) => {
    const call = underWay.get(request);
    // Informational ones come here too, and are no answer.
    if (call !== undefined && response.statusCode >= 200) call.status = response.statusCode;
  });
  ended.on('undici:request:trailers', ({ request }: UndiciMessage) => end(request, undefined));
  ended.on('undici:request:error', ({ request, error }: UndiciErrorMessage) => end(request, undiciErrorType(error)));
}

function undiciErrorType(error: unknown): string {
  if (isTimeout(error)) return TIMEOUT;
  return isAbort(error) || isOfCaller(error) ? ABORTED : codeOrClass(error);
}

// The errors of undici and of Node.js have a code, but for some of its parser. What has none is the reason that the caller
// gave for an abort, or what became of the body that it was sending.
function isOfCaller(error: unknown): boolean {
  return errorCode(error) === undefined && codeOrClass(error) !== 'HTTPParserError';
}
