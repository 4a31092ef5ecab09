import { plainText } from './outlet.ts';
import type { OutletFactory } from './outlet.ts';

/** `/healthz`: the process is alive enough to answer. */
export const healthOutlet: OutletFactory = () => ({
  description: 'alive',
  answer: () => plainText(200, 'ok\n'),
});

/** `/readyz`: every listener listens and the first collection has ended; else 503 and what is missing. */
export const readinessOutlet: OutletFactory = () => ({
  description: 'collecting and listening',
  answer: ({ missing }) =>
    missing.length === 0 ? plainText(200, 'ready\n') : plainText(503, `not ready: ${missing.join(', ')}\n`),
});
