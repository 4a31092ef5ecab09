import { LATENCY_BOUNDS } from '@outrider/core/catalogue';

/** What `/metrics` shows of one histogram: its buckets with the one for everything above, sum and count. */
const LINES_PER_HISTOGRAM = LATENCY_BOUNDS.length + 3;

// About what an application has: most lines are of histograms.
const SHARE_OF_HISTOGRAMS = 0.7;

/** One process that pushes. */
export interface PushedSeries {
  /** Data points of each push. */
  readonly points: number;
  /** Lines that they are on `/metrics`. */
  readonly lines: number;
  /** The OTLP/JSON body of push number `push`, counted from 1: every count has risen since the one before. */
  body(push: number): string;
}

/** A worker of an application that has so many series, as `/metrics` counts them. */
export function pushedSeries(worker: number, lines: number): PushedSeries {
  const histograms = Math.floor((lines * SHARE_OF_HISTOGRAMS) / LINES_PER_HISTOGRAM);
  const counters = lines - histograms * LINES_PER_HISTOGRAM;
  const start = `${Date.now()}000000`;
  return {
    points: histograms + counters,
    lines,
    body(push) {
      const times = { startTimeUnixNano: start, timeUnixNano: `${Date.now()}000000` };
      const duration = {
        name: 'http.server.request.duration',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: Array.from({ length: histograms }, (_, at) => histogram(at, push, times)),
        },
      };
      const work = {
        name: 'bench.work',
        unit: '{task}',
        sum: {
          aggregationTemporality: 2,
          isMonotonic: true,
          dataPoints: Array.from({ length: counters }, (_, at) => ({
            attributes: [text('kind', `kind-${at}`)],
            ...times,
            asDouble: push * (at + 1),
          })),
        },
      };
      return JSON.stringify({
        resourceMetrics: [
          {
            resource: {
              attributes: [text('service.name', 'bench'), text('service.instance.id', `worker-${worker}`)],
            },
            scopeMetrics: [{ scope: { name: 'bench' }, metrics: [duration, work] }],
          },
        ],
      });
    },
  };
}

function histogram(at: number, push: number, times: object): object {
  const counts = [...LATENCY_BOUNDS, Infinity].map((_, bucket) => push * ((at + bucket) % 7));
  return {
    attributes: [text('http.route', `/route-${at}`), text('http.request.method', 'GET')],
    ...times,
    count: String(counts.reduce((sum, count) => sum + count, 0)),
    sum: push * 1.5,
    bucketCounts: counts.map(String),
    explicitBounds: LATENCY_BOUNDS,
  };
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}
