import type { Express } from 'express';
import { defineFramework } from '../../framework.ts';
import type { Framework } from '../../framework.ts';

/** Express 5. */
export const express: Framework = defineFramework<Express>({
  title: 'Express',
  application: () => import('./application.ts'),
  variants: {
    bare: { headers: [], load: () => import('../bare.ts') },
    outrider: { headers: ['x-response-time', 'x-request-id'], load: () => import('./outrider.ts') },
    'outrider with attribution': {
      headers: ['x-response-time', 'x-request-id'],
      load: () => import('./outrider-with-attribution.ts'),
    },
    'response-time': { headers: ['x-response-time'], load: () => import('./response-time.ts') },
    'prom-client': { headers: [], load: () => import('./prom-client.ts') },
    'prom-client + response-time': {
      headers: ['x-response-time'],
      load: () => import('./prom-client-and-response-time.ts'),
    },
    'express-prom-bundle': { headers: [], load: () => import('./express-prom-bundle.ts') },
    otel: { headers: [], load: () => import('../../peers/otel.ts') },
    'otel with traces': { headers: [], load: () => import('../../peers/otel-with-traces.ts') },
  },
});
