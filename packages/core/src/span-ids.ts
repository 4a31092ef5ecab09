import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';

/** What a log entry says of the span it belongs to. */
export interface SpanIds {
  readonly trace_id: string;
  readonly span_id: string;
}

/** The ids of a span; undefined if there is none, or none that is valid. */
export function spanIds(span: Span | undefined): SpanIds | undefined {
  const context = span?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return undefined;
  return { trace_id: context.traceId, span_id: context.spanId };
}

/** The ids of the span that is active here; undefined if there is none. */
export function activeSpanIds(): SpanIds | undefined {
  return spanIds(trace.getActiveSpan());
}
