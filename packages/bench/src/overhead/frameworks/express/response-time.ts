import responseTime from 'response-time';
import type { Express } from 'express';
import type { Variant } from '../../framework.ts';

/** response-time with its defaults: the X-Response-Time header and nothing else. */
export function start(): Variant<Express> {
  return { install: (app) => app.use(responseTime()) };
}
