import type { ServerCollectorFactory } from './registry.ts';

/** Looks at a redis server. */
export const redis: ServerCollectorFactory = () => ({
  collect: () => Promise.reject(new Error('not written yet')),
});
