import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getObserver } from '@outrider/core';
import { Faults } from './faults.ts';
import { createShop } from './shop.ts';
import type { Shop } from './shop.ts';

const HOST = '127.0.0.1';

/**
 * Runs an application on the shop: on PORT, with the database of DATABASE_URL and the faults of SHOP_FAULTS, until it is asked to end by SIGTERM,
 * SIGINT, or the end of the process that started it. Says `{"listening":3001}` on stdout when it is ready.
 *
 * @param create makes the application: its request handler, or a server of its own that does not listen yet
 */
export async function serve(
  create: (shop: Shop) => RequestListener | Server | Promise<RequestListener | Server>,
): Promise<void> {
  const asked = Promise.withResolvers<void>();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, () => asked.resolve());

  const { PORT = '0', DATABASE_URL: databaseUrl, SHOP_FAULTS = '' } = process.env;
  if (!databaseUrl) return fail('DATABASE_URL is not set: for example postgresql://postgres@localhost:5432/postgres');

  let faults: Faults;
  try {
    faults = new Faults(SHOP_FAULTS);
  } catch (error) {
    return fail(reason(error));
  }
  let shop: Shop;
  try {
    shop = await createShop({ databaseUrl, faults });
  } catch (error) {
    return fail(`The database of DATABASE_URL cannot be used: ${reason(error)}`);
  }

  const created = await create(shop);
  const server = typeof created === 'function' ? createServer(created) : created;
  server.on('request', ({ headers }) => shop.visited(headers['x-visitor']?.toString()));
  server.once('error', (error) => fail(`Cannot listen on ${HOST}:${PORT}: ${reason(error)}`));
  server.listen(Number(PORT), HOST, () => {
    process.stdout.write(`${JSON.stringify({ listening: (server.address() as AddressInfo).port })}\n`);
  });

  await asked.promise;
  // Requests under way get their answer, three seconds at the most. A connection stays open after the answer, for the
  // client's next request, until it is closed as idle.
  setInterval(() => server.closeIdleConnections(), 50).unref();
  setTimeout(() => server.closeAllConnections(), 3000).unref();
  await new Promise((resolve) => server.close(resolve));
  await shop.close();
  // The last figures leave before the process does.
  await getObserver().shutdown();
  process.exit();
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function reason(error: unknown): string {
  // Where a host has several addresses, the error is one for all of them, with a code and no message.
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
