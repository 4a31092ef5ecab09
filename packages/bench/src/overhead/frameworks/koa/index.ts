import type Koa from 'koa';
import { defineFramework } from '../../framework.ts';
import type { Framework } from '../../framework.ts';

/** Koa 3. */
export const koa: Framework = defineFramework<Koa>({
  title: 'Koa',
  application: () => import('./application.ts'),
  variants: {
    bare: { headers: [], load: () => import('../bare.ts') },
    outrider: { headers: ['x-response-time', 'x-request-id'], load: () => import('./outrider.ts') },
    'koa-response-time': { headers: ['x-response-time'], load: () => import('./koa-response-time.ts') },
    'prom-client': { headers: [], load: () => import('./prom-client.ts') },
    'prom-client + koa-response-time': {
      headers: ['x-response-time'],
      load: () => import('./prom-client-and-response-time.ts'),
    },
    otel: { headers: [], load: () => import('../../peers/otel.ts') },
  },
});
