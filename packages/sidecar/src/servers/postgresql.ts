import type { ServerCollectorFactory } from './registry.ts';

/** Looks at a postgresql server. */
export const postgresql: ServerCollectorFactory = () => ({
  collect: () => Promise.reject(new Error('not written yet')),
});
