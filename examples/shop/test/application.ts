import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getObserver } from '@outrider/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import type { TemporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import { readMetric } from '../../../packages/conformance/src/readings.ts';
import { createShop } from '../src/index.ts';
import type { Shop } from '../src/index.ts';

/**
 * What holds for the shop on every framework.
 *
 * @param server path of the built server
 */
export function testApplication(
  name: string,
  create: (shop: Shop) => RequestListener | Server | Promise<RequestListener | Server>,
  server: string,
): void {
  let postgres: TemporaryPostgres;

  beforeAll(async () => {
    // Whatever sidecar runs on this machine, the test tells it nothing.
    vi.stubEnv('OUTRIDER_SOCKET', '/no/sidecar/here.sock');
    postgres = await temporaryPostgres();
  });

  afterAll(() => postgres?.stop());

  describe(`the shop on ${name}`, () => {
    let shop: Shop;
    let url: string;
    let listener: Server;

    beforeAll(async () => {
      shop = await createShop({ databaseUrl: postgres.url });
      const created = await create(shop);
      listener = typeof created === 'function' ? createServer(created) : created;
      listener.listen(0, '127.0.0.1');
      await once(listener, 'listening');
      url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    });

    afterAll(async () => {
      listener.closeAllConnections();
      listener.close();
      await shop?.close();
      await getObserver().shutdown();
    });

    async function call(
      path: string,
      options?: RequestInit,
    ): Promise<{ status: number; headers: Headers; body: unknown }> {
      const response = await fetch(`${url}${path}`, options);
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    }

    function order(body: string): ReturnType<typeof call> {
      return call('/orders', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    }

    it('shows products', async () => {
      expect(await call('/products')).toMatchObject({ status: 200, body: expect.objectContaining({ length: 50 }) });
      expect(await call('/products/7')).toMatchObject({ status: 200, body: { id: 7, name: 'Product 7' } });
      expect(await call('/products/999')).toMatchObject({ status: 404, body: { error: 'There is no such product.' } });
      expect(await call('/products/seven')).toMatchObject({ status: 404 });
    });

    it('takes orders and shows them', async () => {
      const taken = await order('{"productId":7,"quantity":2}');
      expect(taken).toMatchObject({ status: 201, body: { productId: 7, quantity: 2 } });
      const shown = await call(taken.headers.get('location') ?? '');
      expect(shown).toMatchObject({ status: 200, body: taken.body });
      expect(await call('/orders/0')).toMatchObject({ status: 404, body: { error: 'There is no such order.' } });
    });

    it.each([
      ['{"productId":999,"quantity":1}', 404],
      ['{"productId":7}', 400],
      ['not json', 400],
      ['', 400],
    ])('refuses the order %s', async (body, status) => {
      expect((await order(body)).status).toBe(status);
    });

    it('reports sales', async () => {
      await order('{"productId":8,"quantity":100}');
      expect(await call('/reports/sales')).toMatchObject({ status: 200, body: [{ productId: 8, sold: 100 }, {}] });
    });

    it('sets both headers on every answer, failures too', async () => {
      for (const [path, status] of [['/products', 200], ['/nowhere', 404], ['/fail', 500]] as const) {
        const answer = await call(path);
        expect(answer.status).toBe(status);
        expect(answer.headers.get('x-response-time')).toMatch(/^\d+\.\d{3}ms$/);
        expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
      }
    }); // oxfmt-ignore

    it('records every route by its template, nested ones in full, and no health check', async () => {
      for (const path of ['/healthz', '/products/7', '/orders/0', '/nowhere']) await call(path);
      const expected = ['/fail', '/orders', '/orders/:id', '/products', '/products/:id', '/reports/sales', 'unmatched'];
      await expect.poll(() => routes().toSorted()).toEqual(expected);
    });
  });

  describe(`the server of the shop on ${name}`, () => {
    async function start(databaseUrl: string): Promise<ChildProcess> {
      const env = { ...process.env, PORT: '0', OTEL_SDK_DISABLED: 'true', DATABASE_URL: databaseUrl };
      const child = fork(server, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
      child.stdout!.setEncoding('utf8');
      child.stderr!.setEncoding('utf8');
      return child;
    }

    async function listening(child: ChildProcess): Promise<number> {
      const [line] = (await once(child.stdout!, 'data')) as [string];
      return (JSON.parse(line) as { listening: number }).listening;
    }

    it.each(['SIGTERM', 'SIGINT'] as const)('answers what is under way, and ends, on %s', async (signal) => {
      const child = await start(postgres.url);
      const port = await listening(child);
      const report = fetch(`http://127.0.0.1:${port}/reports/sales`);
      // An answer to a later request shows that the report has begun.
      await fetch(`http://127.0.0.1:${port}/healthz`);
      child.kill(signal);
      expect((await report).status).toBe(200);
      expect(await once(child, 'exit')).toEqual([0, null]);
    });

    it('ends with the process that started it', async () => {
      const child = await start(postgres.url);
      await listening(child);
      child.disconnect();
      expect(await once(child, 'exit')).toEqual([0, null]);
    });

    it.each([
      [
        'cannot be reached',
        'postgresql://nobody@127.0.0.1:1/none',
        /^The database of DATABASE_URL .*ECONNREFUSED.*\n$/,
      ],
      ['is not named', '', /^DATABASE_URL is not set.*\n$/],
    ])('fails with one line when the database %s', async (_, databaseUrl, line) => {
      const child = await start(databaseUrl);
      let errors = '';
      child.stderr!.on('data', (chunk: string) => (errors += chunk));
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(errors).toMatch(line);
    });
  });
}

/** The routes that the observer of this process has recorded. */
function routes(): string[] {
  const recorded = readMetric(getObserver(), 'http.server.request.duration');
  return [...new Set(recorded.map(({ attributes }) => String(attributes['http.route'] ?? 'unmatched')))];
}
