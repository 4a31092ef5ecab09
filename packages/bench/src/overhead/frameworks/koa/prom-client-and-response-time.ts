import type Koa from 'koa';
import type { Variant } from '../../framework.ts';
import { metricsAndHeader } from '../../peers/metrics-and-header.ts';
import { start as startResponseTime } from './koa-response-time.ts';
import { start as startPromClient } from './prom-client.ts';

/** prom-client's metrics and koa-response-time's header. */
export function start(): Variant<Koa> {
  return metricsAndHeader(startPromClient(), startResponseTime());
}
