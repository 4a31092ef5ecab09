import type { Http2Server } from 'node:http2';
import { defineFramework } from '../../framework.ts';
import type { Framework } from '../../framework.ts';

/** A server of `node:http2`, without TLS. OpenTelemetry's HTTP instrumentation does not see its requests. */
export const h2c: Framework = defineFramework<Http2Server>({
  title: 'node:http2',
  http2: true,
  application: () => import('./application.ts'),
  variants: {
    bare: { headers: [], load: () => import('../bare.ts') },
    outrider: { headers: ['x-response-time', 'x-request-id'], load: () => import('../node/outrider.ts') },
    'prom-client': { headers: [], load: () => import('../node/prom-client.ts') },
  },
});
