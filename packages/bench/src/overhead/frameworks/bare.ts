import type { Variant } from '../framework.ts';

/** The framework alone. */
export function start(): Variant<unknown> {
  return { install: () => undefined };
}
