import type { Exemplar } from '../metric.ts';
import type { RawExemplar } from './otlp-parts.ts';

/** What is kept of the exemplars of one point. */
const MOST_EXEMPLARS = 20;

const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;
const ONLY_ZEROS = /^0+$/;

/** The last valid exemplar, as a point of a sum or gauge keeps it. */
export function lastExemplar(raw: readonly RawExemplar[]): readonly Exemplar[] {
  return exemplarsBy(raw, () => 0);
}

/** The last valid exemplar of each bucket, of the twenty highest buckets that have one. */
export function exemplarsOfBuckets(raw: readonly RawExemplar[], bounds: readonly number[]): readonly Exemplar[] {
  return exemplarsBy(raw, (value) => {
    const at = bounds.findIndex((bound) => value <= bound);
    return at === -1 ? bounds.length : at;
  });
}

/** The last valid exemplar between two powers of two, of the twenty highest such ranges that have one. */
export function exemplarsOfPowers(raw: readonly RawExemplar[]): readonly Exemplar[] {
  return exemplarsBy(raw, (value) => (value > 0 ? Math.ceil(Math.log2(value)) : -Infinity));
}

function exemplarsBy(raw: readonly RawExemplar[], bucketOf: (value: number) => number): readonly Exemplar[] {
  const byBucket = new Map<number, Exemplar>();
  for (const one of raw) {
    const exemplar = exemplarOf(one);
    if (exemplar === undefined) continue;
    const bucket = bucketOf(exemplar.value);
    if ((byBucket.get(bucket)?.time ?? 0) <= (exemplar.time ?? 0)) byBucket.set(bucket, exemplar);
  }
  return [...byBucket]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(-MOST_EXEMPLARS)
    .map(([, exemplar]) => exemplar);
}

/** Undefined for a value that is no number, and for ids that are neither valid nor missing (W3C Trace Context 2.2). */
function exemplarOf({ value, time, traceId, spanId }: RawExemplar): Exemplar | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const trace = idOf(traceId, TRACE_ID);
  const span = idOf(spanId, SPAN_ID);
  if (trace === null || span === null) return undefined;
  return { value, time: time === 0 ? undefined : time / 1e6, traceId: trace, spanId: span };
}

function idOf(sent: string, form: RegExp): string | undefined | null {
  if (sent === '' || ONLY_ZEROS.test(sent)) return undefined;
  return form.test(sent) ? sent.toLowerCase() : null;
}
