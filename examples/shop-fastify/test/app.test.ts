import { fileURLToPath } from 'node:url';
import { testApplication } from '../../shop/test/application.ts';
import { createApp } from '../src/app.ts';

testApplication(
  'Fastify',
  async (shop) => {
    const app = await createApp(shop);
    await app.ready();
    return app.server;
  },
  fileURLToPath(new URL('../dist/server.js', import.meta.url)),
);
