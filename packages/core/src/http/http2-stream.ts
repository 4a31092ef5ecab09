import type { ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { leftByClient } from './left-by-client.ts';

interface Watch {
  readonly close: ServerHttp2Stream['close'];
  readonly destroy: ServerHttp2Stream['destroy'];
  endedByServer: boolean;
}

const WATCH = Symbol('outrider.stream');

type Watched = ServerHttp2Stream & { [WATCH]?: Watch };

/**
 * Notes who ends a stream. RST_STREAM of the client and `stream.close()` of the server leave the stream, its session and
 * its socket in the same state and emit the same events. But what the client does comes from below: the stream is closed
 * by the time Node destroys it, and its `close` is not called.
 */
export function watchStream(stream: ServerHttp2Stream): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the stream as `this`
  (stream as Watched)[WATCH] = { close: stream.close, destroy: stream.destroy, endedByServer: false };
  stream.close = close;
  stream.destroy = destroy;
}

/** Whether the server ended a stream that was still open, by its `close` or `destroy` or those of its session. */
export function endedByServer(stream: ServerHttp2Stream): boolean {
  return (stream as Watched)[WATCH]?.endedByServer === true;
}

function close(this: Watched, code?: number, callback?: () => void): void {
  const watch = this[WATCH]!;
  // Node calls it itself, for every stream, when the connection is gone.
  if (!this.closed && !clientLeft(this)) watch.endedByServer = true;
  watch.close.call(this, code, callback);
}

function destroy(this: Watched, error?: Error): ServerHttp2Stream {
  const watch = this[WATCH]!;
  if (!this.closed && !clientFailed(error) && !clientLeft(this)) watch.endedByServer = true;
  return watch.destroy.call(this, error);
}

// A connection that ends with what the client sent: GOAWAY with an error, or what is no HTTP/2.
function clientFailed(error: NodeJS.ErrnoException | undefined): boolean {
  return error?.code === 'ERR_HTTP2_SESSION_ERROR' || error?.code === 'ERR_HTTP2_ERROR';
}

function clientLeft(stream: ServerHttp2Stream): boolean {
  // Both are gone once the session is.
  const socket: Duplex | undefined = stream.session?.socket;
  return socket !== undefined && leftByClient(socket);
}
