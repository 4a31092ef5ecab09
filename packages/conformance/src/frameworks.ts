import type { Framework } from './framework.ts';
import { express4Framework, express5Framework } from './frameworks/express.ts';
import { fastifyFramework, fastifyHttp2Framework } from './frameworks/fastify.ts';
import { honoFramework, honoHttp2Framework } from './frameworks/hono.ts';
import { koa2Framework, koa3Framework, koa3Http2Framework } from './frameworks/koa.ts';
import { http2CleartextFramework, http2SecureFramework, httpFramework, httpsFramework } from './frameworks/node.ts';

/** Every framework that has an adapter: all must pass every case. */
export const FRAMEWORKS: readonly Framework[] = [
  express5Framework,
  express4Framework,
  koa3Framework,
  koa2Framework,
  koa3Http2Framework,
  fastifyFramework,
  fastifyHttp2Framework,
  honoFramework,
  honoHttp2Framework,
  httpFramework,
  httpsFramework,
  http2CleartextFramework,
  http2SecureFramework,
];
