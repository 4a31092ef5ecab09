import type { Exemplar } from '../metric.ts';

/**
 * An exemplar as OpenMetrics has it after the value of a sample; empty for one that leads to no trace. The names and values
 * of its labels have 63 characters together, of the 128 that are allowed.
 */
export function exemplarText({ traceId, spanId, value, time }: Exemplar): string {
  if (traceId === undefined || !Number.isFinite(value)) return '';
  const span = spanId === undefined ? '' : `,span_id="${spanId}"`;
  const seconds = time !== undefined && Number.isFinite(time) ? ` ${time / 1000}` : '';
  return ` # {trace_id="${traceId}"${span}} ${value}${seconds}`;
}

/** The newest exemplar of each bucket that has one, by the bucket's place; `Infinity` is the place of the last. */
export function byBucket(exemplars: readonly Exemplar[], bounds: readonly number[]): ReadonlyMap<number, Exemplar> {
  const found = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    const at = bounds.findIndex((bound) => exemplar.value <= bound);
    const bucket = at === -1 || bounds[at] === Infinity ? Infinity : at;
    found.set(bucket, newer(found.get(bucket), exemplar));
  }
  return found;
}

/** The newest of some exemplars. */
export function newest(exemplars: readonly Exemplar[]): Exemplar | undefined {
  return exemplars.reduce<Exemplar | undefined>(newer, undefined);
}

function newer(before: Exemplar | undefined, exemplar: Exemplar): Exemplar {
  return before !== undefined && (before.time ?? 0) > (exemplar.time ?? 0) ? before : exemplar;
}
