import { BODY_SIZE_BOUNDS, GC_BOUNDS, LATENCY_BOUNDS } from '@outrider/core/catalogue';
import { OPERATION_BOUNDS, STREAM_BOUNDS } from '@outrider/core/catalogue';
import type { MetricDefinition } from '@outrider/core/catalogue';

const OWN_BOUNDS: ReadonlyMap<string, readonly number[]> = new Map([
  ['http.server.request.duration', LATENCY_BOUNDS],
  ['http.server.time_to_first_byte', LATENCY_BOUNDS],
  ['http.server.stream.duration', STREAM_BOUNDS],
  ['v8js.gc.duration', GC_BOUNDS],
]);

/** The bucket bounds that Outrider's own applications have for a histogram of the catalogue. */
export function catalogueBounds({ name, unit }: MetricDefinition): readonly number[] {
  return OWN_BOUNDS.get(name) ?? (unit === 'By' ? BODY_SIZE_BOUNDS : OPERATION_BOUNDS);
}
