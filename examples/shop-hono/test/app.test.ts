import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { testApplication } from '../../shop/test/application.ts';
import { createApp } from '../src/app.ts';

testApplication(
  'Hono',
  (shop) => {
    const app = createApp(shop);
    // It reports errors to the console, and the failing route is called on purpose.
    app.onError((_, c) => c.text('Internal Server Error', 500));
    return getRequestListener(app.fetch);
  },
  fileURLToPath(new URL('../dist/server.js', import.meta.url)),
);
