import type { FastifyInstance } from 'fastify';
import { defineFramework } from '../../framework.ts';
import type { Framework } from '../../framework.ts';

/** Fastify 5. */
export const fastify: Framework = defineFramework<FastifyInstance>({
  title: 'Fastify',
  application: () => import('./application.ts'),
  variants: {
    bare: { headers: [], load: () => import('../bare.ts') },
    outrider: { headers: ['x-response-time', 'x-request-id'], load: () => import('./outrider.ts') },
    'prom-client': { headers: [], load: () => import('./prom-client.ts') },
    'prom-client + header': { headers: ['x-response-time'], load: () => import('./prom-client-and-header.ts') },
    'fastify-metrics': { headers: [], load: () => import('./fastify-metrics.ts') },
    otel: { headers: [], load: () => import('../../peers/otel.ts') },
  },
});
