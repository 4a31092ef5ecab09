import type { Express } from 'express';
import type { Variant } from '../../framework.ts';
import { metricsAndHeader } from '../../peers/metrics-and-header.ts';
import { start as startPromClient } from './prom-client.ts';
import { start as startResponseTime } from './response-time.ts';

/** prom-client's metrics and response-time's header. */
export function start(): Variant<Express> {
  return metricsAndHeader(startPromClient(), startResponseTime());
}
