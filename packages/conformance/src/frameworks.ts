import type { Framework } from './framework.ts';
import { express4Framework, express5Framework } from './frameworks/express.ts';
import { koa2Framework, koa3Framework } from './frameworks/koa.ts';

/** Every framework that has an adapter: all must pass every case. */
export const FRAMEWORKS: readonly Framework[] = [express5Framework, express4Framework, koa3Framework, koa2Framework];
