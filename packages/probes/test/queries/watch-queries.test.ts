import { ROOT_CONTEXT, context, trace } from '@opentelemetry/api';
import { Observer } from '@outrider/core';
import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { activate } from '../../../core/test/active-context.ts';
import { readMetric, total } from '../../../conformance/src/readings.ts';
import type { SlowQueryEntry } from '../../src/queries/query-log.ts';
import { recordQuery, timeQuery } from '../../src/queries/record-query.ts';
import { watchQueries } from '../../src/queries/watch-queries.ts';
import type { QueryOptions } from '../../src/queries/watch-queries.ts';
import { watched } from './watched.ts';

const DURATION = 'db.client.operation.duration';
const QUERY = { system: 'sqlite', summary: 'SELECT users' };

let stop: (() => void) | undefined;

afterEach(() => {
  stop?.();
  context.disable();
});

function watch(slowMs?: number): ReturnType<typeof watched> {
  const made = watched(slowMs);
  stop = made.stop;
  return made;
}

/** A command as ioredis tells of it. */
async function command(name = 'get'): Promise<void> {
  await tracingChannel<unknown, object>('ioredis:command').tracePromise(async () => {}, { command: name, args: [] });
}

describe('watchQueries', () => {
  test('watches once, however often it is called, and takes the later settings', async () => {
    const { observer, counts } = watch();
    const log: SlowQueryEntry[] = [];
    stop = watchQueries({ observer, slowMs: 1000, log: (entry) => void log.push(entry) });
    await command();
    expect(counts()).toEqual({ 'redis GET': 1 });
    recordQuery({ ...QUERY, seconds: 0.999 });
    recordQuery({ ...QUERY, seconds: 1 });
    expect(log).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        level: 'warn',
        msg: 'slow query',
        system: 'sqlite',
        summary: 'SELECT users',
        operation: 'SELECT',
        duration_ms: 1000,
      },
    ]);
    expect(total(observer, 'db.client.slow_queries')).toBe(1);
  });

  test('ends, and begins again with the figures it had', async () => {
    const { observer, counts } = watch();
    await command();
    stop?.();
    await command();
    {
      using _again = watchQueries({ observer, log: () => {} });
      await command();
    }
    await command();
    expect(counts()).toEqual({ 'redis GET': 2 });
  });

  test('is one a process: another observer takes the place of the first, whose stop ends nothing any more', async () => {
    const first = watch();
    const second = watch();
    first.stop();
    await command();
    expect(first.counts()).toEqual({});
    expect(second.counts()).toEqual({ 'redis GET': 1 });
  });

  test('does nothing where OpenTelemetry is switched off', async () => {
    const observer = new Observer({ environment: { OTEL_SDK_DISABLED: 'true' } });
    const log: SlowQueryEntry[] = [];
    stop = watchQueries({ observer, slowMs: 0, log: (entry) => void log.push(entry) });
    expect(tracingChannel('ioredis:command').hasSubscribers).toBe(false);
    recordQuery({ ...QUERY, seconds: 1 });
    expect(log).toEqual([]);
    expect(total(observer, DURATION)).toBe(0);
  });

  test.each<[QueryOptions, string]>([
    [{ slowMs: -1 }, 'Option slowMs is -1'],
    [{ slowMs: Number.NaN }, 'Option slowMs is NaN'],
    [{ log: console as never }, 'Option log'],
  ])('refuses an option that is wrong: %s', (options, message) => {
    expect(() => watchQueries({ observer: new Observer({ push: false, runtime: false }), ...options })).toThrow(
      message,
    );
  });

  test('passes on nothing that fails in it', async () => {
    const { observer, counts } = watch();
    const failing = Object.defineProperty({ args: [] }, 'command', {
      get: () => {
        throw new Error('hunter2');
      },
    });
    await tracingChannel<unknown, object>('ioredis:command').tracePromise(async () => {}, failing);
    stop = watchQueries({
      observer,
      slowMs: 0,
      log: () => {
        throw new Error('hunter2');
      },
    });
    recordQuery({ ...QUERY, seconds: 1 });
    stop = watchQueries({ observer, slowMs: 0, log: async () => Promise.reject(new Error('hunter2')) });
    recordQuery({ ...QUERY, seconds: 1 });
    await vi.waitUntil(() => total(observer, 'outrider.callback.errors') === 3);
    expect(counts()).toEqual({ 'sqlite SELECT users': 2 });
  });

  test.each([-1, Number.NaN, Infinity])('records no query that took %s seconds', (seconds) => {
    const { counts } = watch();
    recordQuery({ ...QUERY, seconds });
    expect(counts()).toEqual({});
  });

  test('writes ten slow queries a second, counts the rest, and counts all', () => {
    const { observer, log } = watch();
    for (let at = 0; at < 30; at++) recordQuery({ ...QUERY, seconds: 1 });
    expect(log.length).toBeGreaterThanOrEqual(10);
    expect(log.length).toBeLessThan(30);
    expect(total(observer, 'outrider.slow_log.suppressed')).toBe(30 - log.length);
    expect(total(observer, 'db.client.slow_queries')).toBe(30);
  });

  test('has two hundred summaries, twenty databases and twenty errors of a summary at the most, and counts all', () => {
    const { observer } = watch();
    for (let at = 0; at < 300; at++) recordQuery({ ...QUERY, summary: `SELECT t${at}`, seconds: 1 });
    for (let at = 0; at < 300; at++) recordQuery({ ...QUERY, summary: 'SELECT t1', namespace: `d${at}`, seconds: 1 });
    for (let code = 0; code < 300; code++) recordQuery({ ...QUERY, summary: 'SELECT t1', seconds: 1, error: { code } });
    const readings = readMetric(observer, DURATION);
    const values = (name: string): Set<unknown> => new Set(readings.map(({ attributes }) => attributes[name]));
    expect(total(observer, DURATION)).toBe(900);
    expect(total(observer, DURATION, { 'db.query.summary': '_OTHER' })).toBe(100);
    expect(values('db.query.summary').size).toBeLessThanOrEqual(202);
    expect(values('db.namespace').size).toBeLessThanOrEqual(22);
    expect(values('error.type').size).toBeLessThanOrEqual(22);
  });
});

describe('timeQuery', () => {
  test('passes on answers and errors, and counts each once', async () => {
    const { counts } = watch();
    const failure = Object.assign(new Error('hunter2'), { code: 'SQLITE_BUSY' });
    expect(timeQuery(QUERY, () => 7)).toBe(7);
    expect(await timeQuery(QUERY, async () => 8)).toBe(8);
    const thrown = (): never => {
      throw failure;
    };
    expect(() => timeQuery(QUERY, thrown)).toThrow(failure);
    await expect(timeQuery(QUERY, async () => Promise.reject(failure))).rejects.toBe(failure);
    expect(counts()).toEqual({ 'sqlite SELECT users': 2, 'sqlite SELECT users SQLITE_BUSY': 2 });
  });

  test('passes on the answer also where the description is none, or the error cannot be read', async () => {
    const { counts } = watch();
    expect(timeQuery({ system: 'sqlite' } as never, () => 7)).toBe(7);
    expect(await timeQuery({ system: 'sqlite', summary: 1 } as never, async () => 8)).toBe(8);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const rejects = async (): Promise<never> => Promise.reject(proxy);
    await expect(timeQuery(QUERY, rejects).catch((error: unknown) => error === proxy)).resolves.toBe(true);
    expect(counts()).toEqual({ 'sqlite _OTHER': 2, 'sqlite SELECT users _OTHER': 1 });
  });

  test('sends a query that is sent by its then once', async () => {
    watch();
    let sent = 0;
    const lazy: PromiseLike<number> = {
      // oxlint-disable-next-line unicorn/no-thenable -- what is tested
      then: async (resolve) => Promise.resolve(++sent).then(resolve),
    };
    expect(await timeQuery(QUERY, () => lazy)).toBe(1);
    expect(sent).toBe(1);
  });

  test('logs the span it began in', async () => {
    const { log } = watch();
    const ids = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    activate(trace.setSpanContext(ROOT_CONTEXT, ids));
    await timeQuery(QUERY, async () => context.disable());
    await timeQuery(QUERY, async () => {});
    expect(log).toMatchObject([{ trace_id: ids.traceId, span_id: ids.spanId }, {}]);
    expect(log[1]).not.toHaveProperty('trace_id');
  });

  test('only runs what nobody watches', () => {
    expect(timeQuery(QUERY, () => 7)).toBe(7);
    recordQuery({ ...QUERY, seconds: 1 });
  });

  test('attributes the time to the request that is being served', async () => {
    const { observer } = watch();
    const begun: string[] = [];
    let ended = 0;
    vi.spyOn(observer.attribution, 'begin').mockImplementation((kind) => {
      begun.push(kind);
      return { end: () => void ended++ };
    });
    await timeQuery(QUERY, async () => {});
    await command();
    await command('blpop');
    expect({ begun, ended }).toEqual({ begun: ['query', 'query'], ended: 2 });
  });
});
