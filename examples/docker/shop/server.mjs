// The example shop in a container: on an address that others reach, with the password of its database from a file.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getObserver } from '@outrider/core';
import { createShop } from '@outrider-examples/shop';
import { createApp } from '@outrider-examples/shop-express/dist/app.js';

const { HOST = '127.0.0.1', PORT = '3001', DATABASE_URL, DATABASE_PASSWORD_FILE } = process.env;

const databaseUrl = new URL(DATABASE_URL);
databaseUrl.password = readFileSync(DATABASE_PASSWORD_FILE, 'utf8').trimEnd();

const shop = await createShop({ databaseUrl: databaseUrl.href });
const server = createServer(createApp(shop)).listen(Number(PORT), HOST);

process.once('SIGTERM', async () => {
  setTimeout(() => server.closeAllConnections(), 3000).unref();
  await new Promise((resolve) => server.close(resolve));
  await shop.close();
  // The last figures leave before the process does.
  await getObserver().shutdown();
  process.exit();
});
