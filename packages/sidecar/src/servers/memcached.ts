import type { ServerCollectorFactory } from './registry.ts';

/** Looks at a memcached server. */
export const memcached: ServerCollectorFactory = () => ({
  collect: () => Promise.reject(new Error('not written yet')),
});
