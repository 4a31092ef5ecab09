import { fileURLToPath } from 'node:url';
import { testApplication } from '../../shop/test/application.ts';
import { createApp } from '../src/app.ts';

testApplication(
  'Koa',
  (shop) => {
    const app = createApp(shop);
    // It reports errors to the console, and the failing route is called on purpose.
    app.silent = true;
    return app.callback();
  },
  fileURLToPath(new URL('../dist/server.js', import.meta.url)),
);
