import { prometheus } from '@hono/prometheus';
import type { Hono } from 'hono';
import { Registry } from 'prom-client';
import type { Variant } from '../../framework.ts';
import { recordedIn } from '../../peers/prom-client.ts';

/** `@hono/prometheus` with its defaults, and prom-client's default metrics. */
export function start(): Variant<Hono> {
  const registry = new Registry();
  const { registerMetrics } = prometheus({ registry, collectDefaultMetrics: true });
  return { install: (app) => app.use('*', registerMetrics), recorded: () => recordedIn(registry) };
}
