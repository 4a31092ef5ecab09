import type { Server, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { until } from '../../conformance/src/until.ts';
import { GET, connectTo } from './http1-client.ts';
import type { Connection } from './http1-client.ts';
import { start } from './start.ts';
import type { Handler, Started } from './start.ts';

interface OutcomeCase {
  readonly name: string;
  /** What the client sends. @default GET */
  readonly head?: string;
  readonly handler: Handler;
  readonly client?: (connection: Connection, started: Started) => Promise<void> | void;
  readonly configure?: (server: Server) => void;
  readonly server?: { readonly requestTimeout: number; readonly connectionsCheckingInterval: number };
  readonly outcome: string;
  readonly status?: number;
  readonly only?: 'http';
}

const CUT = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc';
const CHUNKED = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
const hang: Handler = () => undefined;
const drip: Handler = (_, response) => void response.write('first');
const big = Buffer.alloc(8 << 20);
const activeOnce = (started: Started): Promise<void> => until(() => started.active === 1, 'the request is under way');

function connectionReset(): Error {
  return Object.assign(new Error('another connection'), { code: 'ECONNRESET' });
}

const CASES: readonly OutcomeCase[] = [
  { name: 'an answer', handler: (_, response) => void response.end('ok'), outcome: 'completed', status: 200 },
  { name: 'a client that leaves before', handler: hang, client: ({ socket }) => void socket.destroy(), outcome: 'aborted_before_headers' },
  { name: 'a client that drops the connection before', handler: hang, client: ({ raw }) => void raw.destroy(), outcome: 'aborted_before_headers' },
  { name: 'a client that resets before', handler: hang, client: ({ raw }) => void raw.resetAndDestroy(), outcome: 'aborted_before_headers' },
  { name: 'a client that leaves mid-stream', handler: drip, client: async (c) => { await c.receives('first'); c.socket.destroy(); }, outcome: 'aborted_mid_stream', status: 200 },
  { name: 'a client that drops the connection mid-stream', handler: drip, client: async (c) => { await c.receives('first'); c.raw.destroy(); }, outcome: 'aborted_mid_stream', status: 200 },
  { name: 'a client that resets mid-stream', handler: drip, client: async (c) => { await c.receives('first'); c.raw.resetAndDestroy(); }, outcome: 'aborted_mid_stream', status: 200 },
  { name: 'a write to a client that has reset', handler: (_, response) => { response.write('first'); const writing = setInterval(() => response.write(big), 2); response.on('close', () => clearInterval(writing)); }, client: async (c) => { await c.receives('first'); c.raw.resetAndDestroy(); }, outcome: 'aborted_mid_stream', status: 200 },
  { name: 'a client that reads nothing of what was ended, and resets', handler: (_, response) => void response.end(big), client: async (c) => { await c.receives('HTTP/1.1'); c.socket.pause(); c.raw.resetAndDestroy(); }, outcome: 'aborted_mid_stream', status: 200 },
  { name: 'a client that ends its side and reads on', handler: (_, response) => void response.end(big), client: async (c) => { c.socket.end(); await until(() => c.received().length > big.length, 'all is read'); }, outcome: 'completed', status: 200 },
  { name: 'a client that ends its side of a server that allows it', handler: (request, response) => void request.socket.once('end', () => setImmediate(() => response.end('late'))), configure: (server) => void Object.assign(server, { httpAllowHalfOpen: true }), client: async (c) => { c.socket.end(); await c.receives('late'); }, outcome: 'completed', status: 200, only: 'http' },
  { name: 'a response destroyed after the client ended its side of a server that allows it', handler: (request, response) => void request.socket.once('end', () => setImmediate(() => response.destroy())), configure: (server) => void Object.assign(server, { httpAllowHalfOpen: true }), client: ({ socket }) => void socket.end(), outcome: 'destroyed_by_server', only: 'http' },
  { name: 'a client that ends its side in the middle of its body', head: CUT, handler: (request, response) => void request.resume().on('end', () => response.end()), client: ({ socket }) => void socket.end(), outcome: 'aborted_before_headers' },
  { name: 'response.destroy()', handler: (_, response) => void response.destroy(), outcome: 'destroyed_by_server' },
  { name: 'response.destroy() with the reset of another connection', handler: (request, response) => { request.on('error', () => undefined); response.on('error', () => undefined).destroy(connectionReset()); }, outcome: 'destroyed_by_server' },
  { name: 'request.destroy() with the reset of another connection', handler: (request) => void request.on('error', () => undefined).destroy(connectionReset()), outcome: 'destroyed_by_server' },
  { name: 'request.destroy()', handler: (request) => void request.destroy(), outcome: 'destroyed_by_server' },
  { name: 'socket.destroy()', handler: (request) => void request.socket.destroy(), outcome: 'destroyed_by_server' },
  { name: 'socket.destroySoon()', handler: (request) => request.socket.destroySoon(), outcome: 'destroyed_by_server' },
  { name: 'socket.resetAndDestroy()', handler: (request) => void request.socket.resetAndDestroy(), outcome: 'destroyed_by_server', only: 'http' },
  { name: 'response.destroy() mid-stream', handler: (_, response) => void response.write('first', () => response.destroy()), outcome: 'destroyed_by_server', status: 200 },
  { name: 'server.closeAllConnections()', handler: hang, client: async (_, started) => { await activeOnce(started); (started.server as Server).closeAllConnections(); }, outcome: 'destroyed_by_server' },
  { name: "the server's timeout", handler: hang, configure: (server) => void server.setTimeout(30), outcome: 'destroyed_by_server' },
  { name: "Node's 408 for a body that does not come", head: CUT, handler: hang, client: (c) => c.receives('408'), server: { requestTimeout: 50, connectionsCheckingInterval: 20 }, outcome: 'destroyed_by_server' },
  { name: "Node's 400 for a body that is none", head: CHUNKED, handler: hang, client: (c) => { c.socket.write('no chunk\r\n'); return c.receives('400'); }, outcome: 'destroyed_by_server' },
]; // oxfmt-ignore

describe.each(['http', 'https'] as const)('the outcome over %s of', (transport) => {
  test.each(CASES.filter(({ only = transport }) => only === transport))('$name', async (given) => {
    const { head = GET, handler, client, configure, outcome, status, server = {} } = given;
    const started = await start(transport, handler, { server });
    configure?.(started.server as Server);
    const connection = await connectTo(started, transport === 'https');
    connection.socket.write(head);
    if (outcome.startsWith('aborted')) await activeOnce(started);
    await client?.(connection, started);
    await started.ended();
    expect(started.outcomes).toEqual({ [outcome]: 1 });
    expect(started.statuses).toEqual([status]);
  });
});

describe('of pipelined requests', () => {
  // The first is never answered, so that the others wait for their turn.
  async function pipeline(others: (response: ServerResponse) => void): Promise<[Started, Connection]> {
    let received = 0;
    const started = await start('http', (_, response) => {
      received++;
      if (received > 1) others(response);
    });
    const connection = await connectTo(started, false);
    connection.socket.write(GET + GET + GET);
    await until(() => received === 3, 'all have come');
    expect(started.active).toBe(3);
    return [started, connection];
  }

  test.each([
    ['leaves', ({ socket }: Connection) => void socket.destroy()],
    ['resets', ({ socket }: Connection) => void socket.resetAndDestroy()],
  ])('those that wait for their turn end when the client %s', async (_, leave) => {
    const [started, connection] = await pipeline(() => undefined);
    leave(connection);
    await started.ended(3);
    expect(started.outcomes).toEqual({ aborted_before_headers: 3 });
    expect(started.statuses).toEqual([undefined]);
  });

  test('what was written before its turn has sent no status', async () => {
    const [started, connection] = await pipeline((response) => response.end('never sent'));
    connection.socket.destroy();
    await started.ended(3);
    expect(started.outcomes).toEqual({ aborted_before_headers: 3 });
    expect(started.statuses).toEqual([undefined]);
  });

  test('those behind a response that closes the connection are ended by the server', async () => {
    let first: ServerResponse | undefined;
    let received = 0;
    const started = await start('http', (_, response) => {
      received++;
      first ??= response;
    });
    const connection = await connectTo(started, false);
    connection.socket.write(GET + GET + GET);
    await until(() => received === 3, 'all have come');
    first!.setHeader('Connection', 'close').end('only one');
    await started.ended(3);
    expect(started.outcomes).toEqual({ completed: 1, destroyed_by_server: 2 });
  });
});
