import type { Variant } from '../variant.ts';

/** Express alone. */
export function start(): Variant {
  return { install: () => undefined };
}
