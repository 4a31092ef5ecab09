import type { Kind } from './kind.ts';

/** One setting: where it can be given, and what kind of value it has. */
export interface Setting<Value = unknown> extends Kind<Value> {
  readonly description: string;
  /** Environment variable, where it is not the key in capitals after `OUTRIDER_`. */
  readonly env?: string;
  /** Only where there is no flag, since everybody can see a command line: what to use instead. */
  readonly insteadOfFlag?: string;
  /** What applies when nobody says anything, as one would write it. */
  readonly fallback: () => string;
  /** The same for people, where it is not the same everywhere. */
  readonly fallbackText?: string;
  /** Whether the value may hold secrets: then no message shows it, and what `parse` throws says all there is to say. */
  readonly secret?: boolean;
}
