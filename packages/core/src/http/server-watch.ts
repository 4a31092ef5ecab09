import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Instrumentation } from './instrumentation.ts';

/** Sees an event of a server before its listeners do. */
export type ServerEventSeer = (event: string | symbol, given: readonly unknown[]) => void;

/**
 * Sees the events of a server without listening: a listener would count as one (Hono's server leaves an upgrade that it
 * refuses to the others where it is not the only listener; an HTTP/2 server makes requests out of its streams as soon as
 * somebody listens for them).
 */
export function seeEvents(server: EventEmitter, see: ServerEventSeer): void {
  const own = Object.getOwnPropertyDescriptor(server, 'emit')?.value as EventEmitter['emit'] | undefined;
  const prototype = Object.getPrototypeOf(server) as EventEmitter;
  const value = function emitSeen(this: EventEmitter, event: string | symbol, ...given: unknown[]): boolean {
    see(event, given);
    // Asked each time: OpenTelemetry, for one, puts its own on the prototype, and may start after the server.
    // oxlint-disable-next-line typescript/unbound-method -- called with the server as `this`
    const emit = own ?? prototype.emit;
    return emit.call(this, event, ...given);
  };
  Object.defineProperty(server, 'emit', { value, writable: true, configurable: true, enumerable: false });
}

const watched = new WeakSet<EventEmitter>();

/** Has what goes to a server's `upgrade` and `connect` listeners measured, once a server: no framework ever sees it. */
export function watchUpgrades(server: EventEmitter, instrumentation: Instrumentation): void {
  if (watched.has(server)) return;
  watched.add(server);
  seeEvents(server, (event, given) => {
    if ((event === 'upgrade' || event === 'connect') && server.listenerCount(event) > 0) {
      instrumentation.beginUpgrade(given[0] as IncomingMessage, given[1] as Duplex);
    }
  });
}
