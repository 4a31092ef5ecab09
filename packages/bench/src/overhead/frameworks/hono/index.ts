import type { Hono } from 'hono';
import { defineFramework } from '../../framework.ts';
import type { Framework } from '../../framework.ts';

/** Hono 4 on `@hono/node-server`. */
export const hono: Framework = defineFramework<Hono>({
  title: 'Hono',
  application: () => import('./application.ts'),
  variants: {
    bare: { headers: [], load: () => import('../bare.ts') },
    outrider: { headers: ['x-response-time', 'x-request-id'], load: () => import('./outrider.ts') },
    'prom-client': { headers: [], load: () => import('./prom-client.ts') },
    'prom-client + header': { headers: ['x-response-time'], load: () => import('./prom-client-and-header.ts') },
    '@hono/prometheus': { headers: [], load: () => import('./hono-prometheus.ts') },
    otel: { headers: [], load: () => import('../../peers/otel.ts') },
  },
});
