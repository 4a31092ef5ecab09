import { afterEach, describe, expect, test, vi } from 'vitest';
import { killChildren, startChild, startPlainChild } from './child-app.ts';
import type { ChildApp } from './child-app.ts';
import { otlpReceiver } from './otlp-receiver.ts';
import type { OtlpReceiver } from './otlp-receiver.ts';

const DURATION = 'http.server.request.duration';
const OURS = '@outrider/core';
const THEIRS = '@opentelemetry/instrumentation-http';
const WARNING = /OutriderWarning: http\.server\.request\.duration is recorded by @opentelemetry\/instrumentation-http/g;

const closing: Array<() => unknown> = [];
afterEach(() => {
  killChildren();
  for (const close of closing.splice(0)) close();
});

interface Run {
  readonly receiver: OtlpReceiver;
  /** What the application says of the span of its first request. */
  readonly span: { readonly traceId?: string; readonly spanId?: string };
  /** The slow log's entry of that request. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly warnings: number;
}

/** Has an application serve two requests, one after the other, and waits until both have been told. */
async function run(start: typeof startChild, file: string, ...args: readonly string[]): Promise<Run> {
  const receiver = await otlpReceiver();
  closing.push(receiver.close);
  const environment = {
    OUTRIDER_SOCKET: '',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
    OTEL_METRIC_EXPORT_TIMEOUT: '100',
  };
  const app = await start(file, environment, ...args);
  const span = await ask(app);
  await vi.waitUntil(() => told(receiver, OURS, 'http.server.time_to_first_byte') === 1, 10_000);
  await ask(app);
  await vi.waitUntil(() => told(receiver, OURS, 'http.server.time_to_first_byte') === 2, 10_000);
  // What the SDK's reader would tell is told by now, too: two of its intervals.
  await nextExports(receiver);
  const { stderr } = await app.end('SIGTERM');
  const line = stderr.split('\n').find((text) => text.startsWith('{')) ?? '{}';
  return { receiver, span, entry: JSON.parse(line) as Run['entry'], warnings: stderr.match(WARNING)?.length ?? 0 };
}

async function ask(app: ChildApp): Promise<Run['span']> {
  return (await (await fetch(`${app.url}/users/7`)).json()) as Run['span'];
}

async function nextExports(receiver: OtlpReceiver): Promise<void> {
  const seen = receiver.requests();
  await vi.waitUntil(() => receiver.requests() >= seen + 4, 10_000);
}

/** How many requests a scope's latest histogram has. */
function told(receiver: OtlpReceiver, scope: string, name: string): number {
  const latest = receiver.metrics.findLast((metric) => metric.scope === scope && metric.name === name);
  return latest?.histograms.reduce((total, { count }) => total + Number(count), 0) ?? 0;
}

/** By which scopes, and how many requests each, the duration was told. */
function durations({ receiver }: Run): Readonly<Record<string, number>> {
  const scopes = new Set(receiver.metrics.filter(({ name }) => name === DURATION).map(({ scope }) => scope));
  return Object.fromEntries([...scopes].map((scope) => [scope, told(receiver, scope, DURATION)]));
}

const STEPPED_BACK = { durations: { [THEIRS]: 2 }, warnings: 1 };
const STAYED = { durations: { [OURS]: 2 }, warnings: 0 };

function outcome(ran: Run): object {
  return { durations: durations(ran), warnings: ran.warnings };
}

describe.each(['beside.cjs', 'beside.mjs'])('%s', (file) => {
  test('steps back from what instrumentation-http records, and from nothing else', async () => {
    const ran = await run(startPlainChild, file);
    expect(outcome(ran)).toEqual(STEPPED_BACK);
    const ours = new Set(ran.receiver.metrics.filter(({ scope }) => scope === OURS).map(({ name }) => name));
    for (const name of ['outrider.route.duration', 'http.server.request.outcomes', 'http.server.slow_requests']) {
      expect(ours).toContain(name);
    }
  });

  test('steps back as well where the SDK is started after the middleware is made', async () => {
    expect(outcome(await run(startPlainChild, file, 'late'))).toEqual(STEPPED_BACK);
  });

  test.each(['no-reader', 'dropped', 'outgoing-only'])('stays where nobody tells it otherwise: %s', async (word) => {
    expect(outcome(await run(startPlainChild, file, word))).toEqual(STAYED);
  });

  test('has the trace id and span id of the active span in its slow log and its exemplars', async () => {
    const { span, entry, receiver } = await run(startPlainChild, file, 'no-reader');
    expect(span).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(entry).toMatchObject({ route: '/users/:id', trace_id: span.traceId, span_id: span.spanId });
    const first = receiver.metrics.find(({ name }) => name === DURATION)!;
    expect(first.histograms.map(({ exemplars }) => exemplars)).toEqual([
      [expect.objectContaining({ traceId: span.traceId, spanId: span.spanId })],
    ]);
  });
});

test('is told once where the metrics of both go through the reader of the SDK', async () => {
  const ran = await run(startPlainChild, 'beside.cjs', 'producer');
  expect(outcome(ran)).toEqual(STEPPED_BACK);
  const readByTheSdk = ran.receiver.metrics.filter(({ sender }) => sender === 'opentelemetry');
  expect(new Set(readByTheSdk.map(({ scope }) => scope))).toContain(OURS);
});

test('an application that says so keeps it, and has it twice', async () => {
  const ran = await run(startPlainChild, 'beside.cjs', 'keep');
  expect(outcome(ran)).toEqual({ durations: { [OURS]: 2, [THEIRS]: 2 }, warnings: 0 });
});

test.each(['app.cjs', 'app.mjs'])('%s with the preset has it from Outrider, and no warning', async (file) => {
  expect(outcome(await run(startChild, file))).toEqual(STAYED);
});
