import { Instrumentation, watchUpgrades } from '@outrider/core';
import type { Exchange, OutriderOptions } from '@outrider/core';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export { getObserver } from '@outrider/core';
export type { OutriderOptions } from '@outrider/core';

/** What of a Fastify instance is needed here: the one that the plugin is registered in. */
export interface FastifyScope {
  readonly server: object;
  setGenReqId(generator: (request: unknown) => string): unknown;
  addHook(name: 'onRequest', hook: (request: FastifyRouted, reply: FastifyAnswer, done: () => void) => void): unknown;
}

/** What of a Fastify request is needed here; `raw` is that of Node.js, of HTTP/1 or HTTP/2. */
export interface FastifyRouted {
  readonly id: unknown;
  readonly raw: unknown;
  readonly routeOptions: { readonly url?: string | undefined };
}

/** What of a Fastify reply is needed here. */
export interface FastifyAnswer {
  readonly raw: unknown;
}

/** The plugin for Fastify 5. */
export type FastifyOutrider = (instance: FastifyScope, options: OutriderOptions) => Promise<void>;

/**
 * Measures every request of the Fastify instance that it is registered in, its plugins included. Register it first.
 *
 * @throws {OutriderError} on a wrong option, naming it, where Fastify reports what its plugins throw
 * @example
 * import fastify from 'fastify';
 * import { outrider } from '@outrider/fastify';
 *
 * const app = fastify();
 * await app.register(outrider, { slowMs: 500 });
 */
export const outrider: FastifyOutrider = Object.assign(observe, {
  // What makes a plugin hold for the instance that it is registered in, and not for one of its own.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@outrider/fastify',
  [Symbol.for('plugin-meta')]: { name: '@outrider/fastify', fastify: '5.x' },
});

async function observe(instance: FastifyScope, options: OutriderOptions): Promise<void> {
  // Instances inherit from the one that they are in. Upgrades past Fastify's router are the outermost one's.
  const isOutermost = Object.getPrototypeOf(instance) === Object.prototype;
  const instrumentation = new Instrumentation(options, findRoute, { watchesServer: isOutermost, hasPlace: false });
  if (isOutermost) watchUpgrades(instance.server as Server, instrumentation);
  if (instrumentation.settings.requestId !== undefined) identify(instance, instrumentation);
  instance.addHook('onRequest', ({ id, raw, routeOptions }, reply, done) => {
    const request = raw as IncomingMessage & { readonly upgrade?: boolean };
    if (request.upgrade) instrumentation.beginUpgrade(request, request.socket, String(id));
    // The route is asked for now: a handler that calls the 404 handler leaves its own.
    instrumentation.begin(request, reply.raw as ServerResponse, routeOptions.url, String(id));
    done();
  });
}

// Fastify numbers its requests, anew in every process. An id that the application gives them itself, by `genReqId` or
// `requestIdHeader`, stays.
const RUNNING_NUMBER = /^req-[0-9a-z]{1,6}$/;

// Fastify asks for the id before any hook, and binds it to the request's logger.
function identify(instance: FastifyScope, instrumentation: Instrumentation): void {
  const { genReqId } = instance as unknown as { readonly genReqId: (request: unknown) => string };
  instance.setGenReqId((request) => {
    const id = genReqId(request);
    return RUNNING_NUMBER.test(id) ? instrumentation.requestId(request as IncomingMessage) : id;
  });
}

function findRoute({ context }: Exchange): string | undefined {
  return context as string | undefined;
}
