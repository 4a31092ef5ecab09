import type { ServerCollectorFactory } from './registry.ts';

/** Looks at a pgbouncer server. */
export const pgbouncer: ServerCollectorFactory = () => ({
  collect: () => Promise.reject(new Error('not written yet')),
});
