import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { TestServer } from '@outrider/test-servers';
import type { LiveStage, Running } from './live-stage.ts';

const EVERY_MS = 50;
const PRODUCTS = 40;
const VISITS_A_VISITOR = 10;
const BETWEEN_REPORTS = 20;

/** Traffic in which nothing goes wrong: of customers of the shop, and of clients of the servers behind it. */
export function calmTraffic({ servers }: LiveStage, { url }: Running): Disposable {
  const agent = new Agent({ keepAlive: true });
  const clients = [clientOf(servers.redis), clientOf(servers.memcached)] as const;
  let at = 0;
  const call = (path: string, body?: string): void => {
    const headers = {
      'x-visitor': String(Math.floor(at / VISITS_A_VISITOR)),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
    };
    const outgoing = request(`${url}${path}`, { agent, headers, method: body === undefined ? 'GET' : 'POST' });
    // The shop ends before its customers do.
    outgoing.on('response', (response) => response.resume()).on('error', () => undefined);
    outgoing.end(body);
  };
  const timer = setInterval(() => {
    at += 1;
    const product = 1 + (at % PRODUCTS);
    for (const path of ['/products', `/products/${product}`, '/orders/1']) call(path);
    call('/orders', JSON.stringify({ productId: product, quantity: 1 }));
    if (at % BETWEEN_REPORTS === 0) call('/reports/sales');
    clients[0].write(`SET calm-${product} 1\r\nGET calm-${product}\r\nGET nothing\r\n`);
    clients[1].write(`set calm-${product} 0 60 1\r\n1\r\nget calm-${product}\r\nget nothing\r\n`);
  }, EVERY_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      agent.destroy();
      for (const client of clients) client.destroy();
    },
  };
}

/** What speaks to a server in lines, and does not listen to the answers. */
function clientOf({ port }: TestServer): Socket {
  return connect(port, '127.0.0.1')
    .on('error', () => undefined)
    .resume();
}
