import { createServer } from 'node:http';
import { listening } from './observed-app.ts';

interface Resource {
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: { readonly stringValue?: string } }>;
}

/** A span that arrived, and of which service. */
interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly service: string | undefined;
}

/** A metric that arrived, and who sent it: `outrider` pushed it, `opentelemetry` is a reader of the SDK. */
interface ReceivedMetric {
  readonly name: string;
  readonly sender: string | undefined;
  /** The instrumentation scope it stands under. */
  readonly scope: string;
  readonly service: string | undefined;
  /** Its points, if it is a histogram. */
  readonly histograms: readonly HistogramPoint[];
}

/** What is asked of a histogram's point. */
interface HistogramPoint {
  /** Text, or a number where OpenTelemetry's exporter sends it. */
  readonly count: string | number;
  readonly exemplars?: ReadonlyArray<{ readonly traceId: string; readonly spanId: string }>;
}

/** Somebody who takes OTLP/HTTP JSON. */
export interface OtlpReceiver {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  readonly metrics: ReceivedMetric[];
  /** How many requests came in. */
  requests(): number;
  close(): void;
}

interface Message {
  readonly resourceSpans?: ReadonlyArray<{
    readonly resource: Resource;
    readonly scopeSpans: ReadonlyArray<{
      readonly spans: ReadonlyArray<{ readonly name: string; readonly kind: number }>;
    }>;
  }>;
  readonly resourceMetrics?: ReadonlyArray<{
    readonly resource: Resource;
    readonly scopeMetrics: ReadonlyArray<{
      readonly scope: { readonly name: string };
      readonly metrics: ReadonlyArray<{
        readonly name: string;
        readonly histogram?: { readonly dataPoints: readonly HistogramPoint[] };
      }>;
    }>;
  }>;
}

/** Starts a receiver on a free port. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const metrics: ReceivedMetric[] = [];
  const take = ({ resourceSpans = [], resourceMetrics = [] }: Message): void => {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = attribute(resource, 'service.name');
      for (const scope of scopeSpans) for (const { name, kind } of scope.spans) spans.push({ name, kind, service });
    }
    for (const { resource, scopeMetrics } of resourceMetrics) {
      const service = attribute(resource, 'service.name');
      const sender = attribute(resource, 'telemetry.sdk.name');
      for (const { scope, metrics: found } of scopeMetrics) {
        for (const { name, histogram } of found) {
          metrics.push({ name, sender, scope: scope.name, service, histograms: histogram?.dataPoints ?? [] });
        }
      }
    }
  };
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      take(JSON.parse(body) as Message);
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  });
  return { spans, metrics, requests: () => requests, ...(await listening(server.listen(0, '127.0.0.1'))) };
}

function attribute({ attributes }: Resource, name: string): string | undefined {
  return attributes.find(({ key }) => key === name)?.value.stringValue;
}
