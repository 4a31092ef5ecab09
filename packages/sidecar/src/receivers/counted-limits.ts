import type { LimitName } from '../limit-counts.ts';
import type { OtlpLimits } from './otlp-limits.ts';

/** The limits of one request that is being decoded, and how often each of them was reached. */
export interface CountedLimits extends OtlpLimits {
  readonly reached: Map<LimitName, number>;
}

/** Begins to count for a request. */
export function countedLimits(limits: OtlpLimits): CountedLimits {
  return { ...limits, reached: new Map() };
}

/** Counts a limit that was reached. */
export function reach({ reached }: CountedLimits, limit: LimitName): void {
  reached.set(limit, (reached.get(limit) ?? 0) + 1);
}

/** Counts a limit, and is what is made of something that is over it: nothing. */
export function over(limits: CountedLimits, limit: LimitName): undefined {
  reach(limits, limit);
  return undefined;
}
