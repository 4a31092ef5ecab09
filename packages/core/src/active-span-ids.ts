import { isSpanContextValid, trace } from '@opentelemetry/api';

/** What a log entry says of the span it belongs to. */
export interface SpanIds {
  readonly trace_id: string;
  readonly span_id: string;
}

/** The ids of the span that is active here; undefined if there is none. */
export function activeSpanIds(): SpanIds | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return undefined;
  return { trace_id: context.traceId, span_id: context.spanId };
}
