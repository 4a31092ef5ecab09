import { diag } from '@opentelemetry/api';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { OutriderError, getObserver } from '@outrider/core';
import type { Observer } from '@outrider/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { SharedExposition } from './shared-exposition.ts';

/** Options of {@link metricsHandler}; each has a default. */
export interface MetricsHandlerOptions {
  /** Whose metrics to show. @default getObserver(), the one of the process */
  readonly observer?: Observer;
  /** Readers of the application's own MeterProvider, whose metrics are shown too. @default [] */
  readonly readers?: readonly MetricProducer[];
  /** How long a scrape may wait, in milliseconds. @default 1000 */
  readonly deadlineMs?: number;
}

/** Answers a request of node:http with the metrics. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => void;

const TEXT = 'text/plain; charset=utf-8';
const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * `/metrics` inside the application: Prometheus text under the names of the sidecar's `/metrics`.
 *
 * It looks at no path and can be mounted anywhere. Scrapes at the same time share one collection. What is not whole is
 * not shown: 503 where a reader or one of its callbacks fails, and where collecting takes longer than `deadlineMs`;
 * what failed is told to OpenTelemetry's `diag`, not to whoever asks. It never throws once it is made.
 *
 * @throws {OutriderError} OUTRIDER_OPTION, OUTRIDER_UNKNOWN_OPTION on a wrong option, naming it
 * @example
 * app.get('/metrics', metricsHandler());
 */
export function metricsHandler(options: MetricsHandlerOptions = {}): MetricsHandler {
  checkOptions(options);
  const { observer = getObserver(), readers = [], deadlineMs = 1000 } = options;
  const exposition = new SharedExposition(observer, readers, deadlineMs);
  return function outriderMetrics(request, response) {
    if (request.method === 'GET' || request.method === 'HEAD') void scrape(exposition, response, deadlineMs);
    else answer(response, { status: 405, body: 'Only GET and HEAD are answered here.\n' });
  };
}

async function scrape(exposition: SharedExposition, response: ServerResponse, deadlineMs: number): Promise<void> {
  let text: string | undefined;
  try {
    text = await exposition.text();
  } catch (error) {
    diag.error('/metrics is not whole', error);
    answer(response, { status: 503, body: 'Collecting the metrics failed.\n' });
    return;
  }
  if (text !== undefined) answer(response, { status: 200, type: EXPOSITION, body: text });
  else answer(response, { status: 503, body: `Collecting took longer than ${deadlineMs} ms.\n` });
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

function answer(response: ServerResponse, { status, type = TEXT, body }: Answer): void {
  // A framework, or the end of the connection, may have been faster.
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
  });
  response.end(body);
}

const KNOWN = ['observer', 'readers', 'deadlineMs'];
const MAX_TIMEOUT = 2 ** 31 - 1;

function checkOptions(options: MetricsHandlerOptions): void {
  for (const option of Object.keys(options)) {
    if (!KNOWN.includes(option)) {
      throw new OutriderError('OUTRIDER_UNKNOWN_OPTION', { option, hint: '', known: KNOWN.join(', ') });
    }
  }
  const { observer, readers = [], deadlineMs = 1 } = options;
  const isObserver = observer === undefined || typeof (observer as Partial<Observer> | null)?.collect === 'function';
  check(isObserver, 'observer', observer, 'an observer, such as getObserver()');
  const collects = (reader: unknown): boolean => typeof (reader as Partial<MetricProducer>)?.collect === 'function';
  check(Array.isArray(readers) && readers.every(collects), 'readers', readers, 'a list of metric readers');
  const isTimeout = typeof deadlineMs === 'number' && deadlineMs > 0 && deadlineMs <= MAX_TIMEOUT;
  check(isTimeout, 'deadlineMs', deadlineMs, 'milliseconds, more than 0');
}

function check(fits: boolean, option: string, value: unknown, expected: string): void {
  if (!fits) throw new OutriderError('OUTRIDER_OPTION', { option, value: inspect(value, { depth: 0 }), expected });
}
