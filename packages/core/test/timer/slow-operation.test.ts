import { ROOT_CONTEXT, context, trace } from '@opentelemetry/api';
import { spawnSync } from 'node:child_process';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger, transports } from 'winston';
import { readMetric, total } from '../../../conformance/src/readings.ts';
import { Observer } from '../../src/observer.ts';
import type { SlowOperationEntry } from '../../src/index.ts';
import { activate } from '../active-context.ts';

let observer: Observer;
let entries: SlowOperationEntry[];

const log = (entry: SlowOperationEntry): void => void entries.push(entry);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
  entries = [];
});

afterEach(() => {
  context.disable();
  vi.useRealTimers();
});

function pass(milliseconds: number): () => void {
  return () => void vi.advanceTimersByTime(milliseconds);
}

function failAfter(milliseconds: number, error: unknown): () => never {
  return () => {
    pass(milliseconds)();
    throw error;
  };
}

/** A stream that keeps the lines that are written to it. */
function keeping(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
}

describe('a slow operation', () => {
  test('is an entry of the log, with nothing of what it worked on', () => {
    observer.timer('report', pass(100), { slowMs: 100, log });
    observer.timer('report', pass(99.9), { slowMs: 100, log });
    observer.timer('report', pass(1000), { log });
    const error = Object.assign(new TypeError('secret'), { code: 'E_SECRET_FREE' });
    expect(() => observer.timer('report', failAfter(150.5, error), { slowMs: 100, log })).toThrow(error);
    expect(entries).toEqual([
      { time: entries[0]!.time, level: 'warn', msg: 'slow operation', name: 'report', duration_ms: 100 },
      {
        time: entries[1]!.time,
        level: 'warn',
        msg: 'slow operation',
        name: 'report',
        duration_ms: 150.5,
        error_type: 'E_SECRET_FREE',
      },
    ]);
    expect(entries[0]!.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(JSON.stringify(entries)).not.toContain('"secret"');
  });

  test('names the span that it was part of', () => {
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    activate(trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(span)));
    observer.timer('report', pass(100), { slowMs: 100, log });
    expect(entries).toMatchObject([{ trace_id: span.traceId, span_id: span.spanId }]);
  });

  test('may be a promise, a generator or a block', async () => {
    const options = { slowMs: 5, log };
    await observer.timer('promise', async () => pass(6)(), options);
    const generator = function* (): Generator<number> {
      pass(3)();
      yield 1;
      pass(4)();
    };
    expect([...observer.timer('generator', generator, options)]).toEqual([1]);
    const timer = observer.startTimer('block', options);
    pass(8)();
    timer.end();
    expect(entries.map(({ name, duration_ms }) => [name, duration_ms])).toEqual([
      ['promise', 6],
      ['generator', 7],
      ['block', 8],
    ]);
  });

  test('has a rate limit of its own, so that slow requests are logged beside many slow operations', () => {
    for (let at = 0; at < 13; at++) observer.timer('report', () => at, { slowMs: 0, log });
    expect(entries).toHaveLength(10);
    expect(total(observer, 'outrider.slow_log.suppressed')).toBe(3);
    expect(observer.slowLog.admit(performance.now())).toBe(0);
    observer.timer('report', pass(1000), { slowMs: 0, log });
    expect(entries.at(-1)).toMatchObject({ suppressed: 3 });
  });
});

describe('what takes it', () => {
  test('is the logger of the adapter, but not its function for slow requests', () => {
    const lines: string[] = [];
    const requests = vi.fn<() => void>();
    observer.configure({ log: pino(keeping(lines)) });
    observer.configure({ log: requests });
    observer.timer('report', pass(100), { slowMs: 100 });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 40, msg: 'slow operation', name: 'report', duration_ms: 100 },
    ]);
    expect(requests).not.toHaveBeenCalled();
  });

  test('may be a winston logger', async () => {
    const lines: string[] = [];
    const logger = createLogger({ transports: [new transports.Stream({ stream: keeping(lines) })] });
    observer.timer('report', pass(100), { slowMs: 100, log: logger });
    await vi.waitFor(() => expect(lines).toHaveLength(1), 10_000);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', message: 'slow operation', duration_ms: 100 });
  });

  test('is stderr if there is none', () => {
    const program = `
      import { Observer } from './packages/core/src/index.ts';
      const observer = new Observer({ environment: {}, push: false, runtime: false });
      observer.timer('report', () => 7, { slowMs: 0 });`;
    const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: new URL('../../../..', import.meta.url),
      encoding: 'utf8',
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ level: 'warn', msg: 'slow operation', name: 'report' });
  });

  test.each<[string, unknown]>([
    ['throws', () => expect.fail('planned')],
    ['rejects', async () => Promise.reject(new Error('planned'))],
    ['is the console', console],
    ['is nothing of the kind', 7],
  ])('is counted where it %s, and is not the matter of the operation', async (_what, odd) => {
    expect(observer.timer('report', () => 7, { slowMs: 0, log: odd as typeof log })).toBe(7);
    await new Promise(setImmediate);
    expect(total(observer, 'outrider.callback.errors', { callback: 'log' })).toBe(1);
    expect(readMetric(observer, 'operation.duration')).toHaveLength(1);
  });
});
