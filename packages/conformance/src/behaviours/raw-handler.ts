import type { IncomingMessage, ServerResponse } from 'node:http';

/** A handler that needs nothing of a framework: on HTTP/2 it gets what Node.js offers in place of the two. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Path → what it does. */
export type RawRoutes = Readonly<Record<string, RawHandler>>;
