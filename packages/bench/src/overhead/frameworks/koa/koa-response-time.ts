import type Koa from 'koa';
import responseTime from 'koa-response-time';
import type { Variant } from '../../framework.ts';

/** koa-response-time with its defaults: the X-Response-Time header and nothing else. */
export function start(): Variant<Koa> {
  return { install: (app) => app.use(responseTime()) };
}
