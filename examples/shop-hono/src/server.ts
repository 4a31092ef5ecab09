import { getRequestListener } from '@hono/node-server';
import { serve } from '@outrider-examples/shop';
import { createApp } from './app.ts';

await serve((shop) => getRequestListener(createApp(shop).fetch));
