import { serve } from '@outrider-examples/shop';
import { createApp } from './app.ts';

await serve(createApp);
