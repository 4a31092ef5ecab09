import type { Span } from '@opentelemetry/api';
import { TraceFlags } from '@opentelemetry/api';

/** One request that stands for its series: what it took, and the trace that shows why. */
export interface Exemplar {
  /** Seconds. */
  readonly value: number;
  /** When the request ended, in milliseconds since the epoch. */
  readonly time: number;
  readonly traceId: string;
  readonly spanId: string;
}

/** How long a slow request stands for its series. */
const KEPT_MS = 60_000;

/** The slowest sampled request of the last minute, for each series. Empty, and free, where no tracer runs. */
export class Exemplars {
  readonly #bySeries = new Map<number, Exemplar>();

  /** Offers a request; it is kept if its trace was sampled and it is slower than the one that is there. */
  offer(series: number, value: number, span: Span): void {
    const held = this.#bySeries.get(series);
    const time = Date.now();
    if (held !== undefined && held.value > value && time - held.time < KEPT_MS) return;
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & TraceFlags.SAMPLED) !== 0) this.#bySeries.set(series, { value, time, traceId, spanId });
  }

  /** The exemplar of a series, if it has one. */
  of(series: number): Exemplar | undefined {
    return this.#bySeries.get(series);
  }
}
