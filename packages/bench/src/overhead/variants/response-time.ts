import responseTime from 'response-time';
import type { Variant } from '../variant.ts';

/** response-time with its defaults: the X-Response-Time header and nothing else. */
export function start(): Variant {
  return { install: (app) => app.use(responseTime()) };
}
