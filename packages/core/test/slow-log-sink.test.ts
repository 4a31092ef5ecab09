import { ROOT_CONTEXT, context, trace } from '@opentelemetry/api';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { config, createLogger, format, transports } from 'winston';
import { readMetric } from '../../conformance/src/readings.ts';
import { Instrumentation, Observer, OutriderError } from '../src/index.ts';
import type { SlowLog } from '../src/index.ts';
import { slowLogSink } from '../src/slow-log-sink.ts';
import { writeSlowLog } from '../src/slow-log.ts';
import type { SlowLogEntry } from '../src/slow-log.ts';
import { activate } from './active-context.ts';

/** A stream that keeps what is written to it. */
class Kept extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  get lines(): readonly string[] {
    return this.text.split('\n').slice(0, -1);
  }

  get entries(): ReadonlyArray<Record<string, unknown>> {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

const closing: Array<() => unknown> = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const TRACE = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

/** Has a span be active, as under a tracer. */
function withSpan(): void {
  activate(trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(TRACE)));
  closing.push(() => context.disable());
}

/** Serves some slow requests, all at once, and logs them to `log`. */
async function serve(log: SlowLog, requests: number): Promise<Observer> {
  const observer = new Observer({ environment: {}, push: false, runtime: false });
  const instrumentation = new Instrumentation({ observer, slowMs: 0, log }, () => '/orders/:id');
  let ended = 0;
  const server = createServer((request, response) => {
    instrumentation.begin(request, response);
    response.once('close', () => ended++);
    response.end('done');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/orders/7?token=secret`, { headers: { 'x-request-id': 'r-1' } });
  await Promise.all(Array.from({ length: requests }, async () => (await ask()).text()));
  await vi.waitUntil(() => ended === requests);
  return observer;
}

const FIELDS = {
  method: 'GET',
  route: '/orders/:id',
  status: 200,
  outcome: 'completed',
  duration_ms: expect.any(Number),
  first_byte_ms: expect.any(Number),
  request_id: 'r-1',
  trace_id: TRACE.traceId,
  span_id: TRACE.spanId,
};
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A burst is cut short in the log, and nowhere else. */
async function expectBurst(out: Kept, log: SlowLog): Promise<void> {
  withSpan();
  const observer = await serve(log, 40);
  expect(out.entries.length).toBeGreaterThanOrEqual(10);
  expect(out.entries.length).toBe(40 - observer.slowLog.suppressedTotal);
  expect(observer.slowLog.suppressedTotal).toBeGreaterThan(0);
  expect(JSON.parse(observer.slowRequests.json())).toHaveLength(40);
  expect(readMetric(observer, 'http.server.slow_requests')).toMatchObject([
    { attributes: { 'http.route': '/orders/:id' }, value: 40 },
  ]);
  for (const entry of out.entries) expect(entry).toMatchObject({ component: 'http', ...FIELDS });
}

describe('pino', () => {
  test('has one line a request, with the fields at the top level and time and level of its own', async () => {
    withSpan();
    const out = new Kept();
    await serve(pino({ base: null }, out), 1);
    expect(out.entries).toEqual([{ level: 40, time: expect.any(Number), msg: 'slow request', ...FIELDS }]);
    expect(out.text).not.toContain('secret');
    // A key that is there twice would be lost in parsing.
    for (const key of ['level', 'time', 'msg']) expect(out.text.split(`"${key}":`)).toHaveLength(2);
  });

  test('a child logger keeps its bindings and is rate-limited like any', async () => {
    const out = new Kept();
    await expectBurst(out, pino({}, out).child({ component: 'http' }));
  });
});

describe('winston', () => {
  test.each([
    ['json', format.json(), config.npm.levels, 'warn'],
    ['splat and json', format.combine(format.splat(), format.json()), config.npm.levels, 'warn'],
    ['levels of syslog', format.json(), config.syslog.levels, 'warning'],
  ])('has one line a request, with the fields at the top level: %s', async (_name, lineFormat, levels, level) => {
    withSpan();
    const out = new Kept();
    const logger = createLogger({
      levels,
      level,
      format: lineFormat,
      defaultMeta: { component: 'http', route: 'theirs' },
      transports: [new transports.Stream({ stream: out })],
    });
    await serve(logger, 1);
    const line = { level, message: 'slow request', time: expect.stringMatching(ISO), component: 'http', ...FIELDS };
    expect(out.entries).toEqual([line]);
  });

  test('a child logger keeps its fields and is rate-limited like any', async () => {
    const out = new Kept();
    const logger = createLogger({ format: format.json(), transports: [new transports.Stream({ stream: out })] });
    await expectBurst(out, logger.child({ component: 'http' }));
  });

  test('without a level for warnings is refused', () => {
    const logger = createLogger({ levels: { loud: 0 }, level: 'loud', silent: true });
    expect(() => slowLogSink(logger)).toThrow('a winston logger with a level warn or warning');
  });
});

test('a function gets the whole entry', async () => {
  withSpan();
  const entries: SlowLogEntry[] = [];
  await serve((entry) => void entries.push(entry), 1);
  expect(entries).toEqual([{ time: expect.stringMatching(ISO), level: 'warn', msg: 'slow request', ...FIELDS }]);
});

test('every sink tells how many entries were left out before one', () => {
  const entry = {
    time: '',
    level: 'warn',
    msg: 'slow request',
    method: 'GET',
    route: '/',
    outcome: 'completed',
  } as const;
  const out = new Kept();
  const winston = createLogger({ format: format.json(), transports: [new transports.Stream({ stream: out })] });
  for (const log of [pino(out), winston]) slowLogSink(log)({ ...entry, duration_ms: 1, suppressed: 4 });
  expect(out.entries).toEqual([expect.objectContaining({ suppressed: 4 }), expect.objectContaining({ suppressed: 4 })]);
});

test('an entry without a valid span has no ids', async () => {
  const entries: SlowLogEntry[] = [];
  TRACE.traceId = '0'.repeat(32);
  withSpan();
  await serve((entry) => void entries.push(entry), 1);
  TRACE.traceId = 'a'.repeat(32);
  expect(entries).toEqual([expect.not.objectContaining({ trace_id: expect.anything() })]);
});

test('the default writes to stderr', () => {
  expect(slowLogSink(undefined)).toBe(writeSlowLog);
});

test('a logger that throws is counted, and is not the matter of the request', async () => {
  const broken = {
    child: () => broken,
    warn() {
      throw new Error('disk full');
    },
  };
  const observer = await serve(broken, 2);
  expect(readMetric(observer, 'outrider.callback.errors')).toMatchObject([
    { attributes: { callback: 'log' }, value: 2 },
  ]);
});

test.each([
  ['console', console],
  ['an empty object', {}],
  ['a text', 'stderr'],
  ['null', null],
  ['a stream', process.stderr],
])('what is neither function nor logger is refused: %s', (_name, log) => {
  const refused = (): unknown => slowLogSink(log as SlowLog);
  expect(refused).toThrow(OutriderError);
  expect(refused).toThrow(/^Option log is .+: expected a function that takes the entry, a pino logger, or a winston/);
});
