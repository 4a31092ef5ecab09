import { seeEvents, watchUpgrades } from '@outrider/core';
import type { Instrumentation } from '@outrider/core';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What of a server is needed here: that of node:http, node:https or node:http2, or anything that emits as they do. */
export interface NodeServer {
  emit(event: string | symbol, ...given: unknown[]): boolean;
  listenerCount(event: string | symbol): number;
  listen(...given: never[]): unknown;
  setTimeout(...given: never[]): unknown;
}

const observed = new WeakSet<NodeServer>();

/** Has every request of a server begin where the server tells of it; once a server. */
export function observeServer(server: NodeServer, instrumentation: Instrumentation): void {
  if (observed.has(server)) return;
  observed.add(server);
  const emitter = server as unknown as EventEmitter;
  let warned = false;
  seeEvents(emitter, (event, given) => {
    // A listener for the two `check…` events often hands the same request on to `request`: it begins once.
    if (event === 'request' || event === 'checkContinue' || event === 'checkExpectation') {
      instrumentation.begin(given[0] as IncomingMessage, given[1] as ServerResponse);
    } else if (event === 'stream' && !warned && server.listenerCount('request') === 0) {
      warned = true;
      process.emitWarning(
        "@outrider/node measures requests, and nothing listens for this server's: what its 'stream' listener answers by " +
          "the stream API of node:http2 is not measured. Listen for 'request' instead.",
        'OutriderWarning',
      );
    }
  });
  watchUpgrades(emitter, instrumentation);
}
