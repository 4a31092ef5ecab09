import { json } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { parseOrderRequest } from '@outrider-examples/shop';
import type { Shop } from '@outrider-examples/shop';

/** What a route answers. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly location?: string;
}

/** One route: a method, a template, and what is answered. */
export interface Route {
  readonly method: string;
  readonly template: string;
  answer(request: IncomingMessage, id: string): Promise<Answer>;
}

/** The routes of the shop. */
export function routesOf(shop: Shop): readonly Route[] {
  return [
    { method: 'GET', template: '/healthz', answer: async () => ok({ status: 'ok' }) },
    { method: 'GET', template: '/products', answer: async () => ok(await shop.listProducts()) },
    {
      method: 'GET',
      template: '/products/:id',
      answer: async (_, id) => okOr(await shop.getProduct(id), 'There is no such product.'),
    },
    {
      method: 'POST',
      template: '/orders',
      answer: async (request) => {
        const wanted = parseOrderRequest(await json(request).catch(() => undefined));
        if (!wanted) return { status: 400, body: { error: 'Expected {"productId": 7, "quantity": 1}.' } };
        const order = await shop.createOrder(wanted.productId, wanted.quantity);
        if (!order) return { status: 404, body: { error: 'There is no such product.' } };
        return { status: 201, body: order, location: `/orders/${order.id}` };
      },
    },
    {
      method: 'GET',
      template: '/orders/:id',
      answer: async (_, id) => okOr(await shop.getOrder(id), 'There is no such order.'),
    },
    { method: 'GET', template: '/reports/sales', answer: async () => ok(await shop.salesReport()) },
    {
      method: 'GET',
      template: '/fail',
      answer: async () => {
        throw new Error('This route always fails.');
      },
    },
  ];
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function okOr(body: unknown, error: string): Answer {
  return body === undefined ? { status: 404, body: { error } } : ok(body);
}
