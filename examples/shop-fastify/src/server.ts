import { serve } from '@outrider-examples/shop';
import { createApp } from './app.ts';

await serve(async (shop) => {
  const app = await createApp(shop);
  await app.ready();
  return app.server;
});
