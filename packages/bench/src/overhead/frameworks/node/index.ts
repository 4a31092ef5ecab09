import type { Server } from 'node:http';
import { defineFramework } from '../../framework.ts';
import type { Framework } from '../../framework.ts';

/** A server of `node:http`. */
export const node: Framework = defineFramework<Server>({
  title: 'node:http',
  application: () => import('./application.ts'),
  variants: {
    bare: { headers: [], load: () => import('../bare.ts') },
    outrider: { headers: ['x-response-time', 'x-request-id'], load: () => import('./outrider.ts') },
    'prom-client': { headers: [], load: () => import('./prom-client.ts') },
    'prom-client + header': { headers: ['x-response-time'], load: () => import('./prom-client-and-header.ts') },
    otel: { headers: [], load: () => import('../../peers/otel.ts') },
  },
});
