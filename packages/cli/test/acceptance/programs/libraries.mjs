import { createRequire } from 'node:module';

/** Loads a library that the probes are tested with. */
export const ofProbes = createRequire(new URL('../../../../probes/package.json', import.meta.url));
