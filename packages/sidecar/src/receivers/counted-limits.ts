import type { LimitName } from '../limit-counts.ts';
import type { OtlpLimits } from './otlp-limits.ts';

/** The limits of one request that is being decoded, and how often each of them was reached. */
export interface CountedLimits extends OtlpLimits {
  readonly reached: Map<LimitName, number>;
  /** How many more elements of arrays and lists in the attribute that is being read are taken. */
  elements: number;
}

/** Begins to count for a request. */
export function countedLimits(limits: OtlpLimits): CountedLimits {
  return { ...limits, reached: new Map(), elements: 0 };
}

/**
 * Begins to read an attribute. Each element of its value makes a character of text at least, so those beyond the longest text
 * are never seen, and each would take 30 times the two bytes in which it can be sent.
 */
export function beginAttribute(limits: CountedLimits): CountedLimits {
  limits.elements = limits.valueLength;
  return limits;
}

/** Whether another element of an array or list is taken. */
export function takeElement(limits: CountedLimits): boolean {
  limits.elements -= 1;
  return limits.elements >= 0;
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
