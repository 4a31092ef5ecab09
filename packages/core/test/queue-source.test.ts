import { beforeEach, expect, test } from 'vitest';
import { read, readMetric } from '../../conformance/src/readings.ts';
import { Observer } from '../src/observer.ts';
import type { QueueStats } from '../src/probe.ts';

let observer: Observer;

beforeEach(() => {
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
});

/** Every figure of the queues: `metric name [state]` to value. */
function figures(name: string): Record<string, number> {
  return Object.fromEntries(
    read(observer)
      .filter(({ metric, attributes }) => metric.startsWith('queue.') && attributes['queue.name'] === name)
      .map(({ metric, attributes, value }) => [[metric, attributes['queue.state']].filter(Boolean).join(' '), value]),
  );
}

test('every figure has its series', () => {
  const stats = { waiting: 1, active: 2, delayed: 3, failed: 4, concurrency: 5, oldestAge: 6.5 };
  observer.queue(() => stats, { name: 'mails' });
  expect(figures('mails')).toEqual({
    'queue.depth waiting': 1,
    'queue.depth active': 2,
    'queue.depth delayed': 3,
    'queue.depth failed': 4,
    'queue.concurrency': 5,
    'queue.oldest_age': 6.5,
  });
});

test('what is not known is absent; what is 0 is 0', () => {
  observer.queue(() => ({ waiting: 0, active: undefined, concurrency: Infinity, oldestAge: Number.NaN }), {
    name: 'mails',
  });
  observer.queue(() => ({}), { name: 'silent' });
  expect(figures('mails')).toStrictEqual({ 'queue.depth waiting': 0 });
  expect(figures('silent')).toStrictEqual({});
});

test('queues are told apart, each read anew', () => {
  const stats = { waiting: 1 };
  observer.queue(() => stats, { name: 'mails' });
  observer.queue(() => ({ waiting: 7 }), { name: 'invoices' });
  stats.waiting = 2;
  expect([figures('mails'), figures('invoices')]).toEqual([{ 'queue.depth waiting': 2 }, { 'queue.depth waiting': 7 }]);
});

test('one that throws has no series and counts an error; one that is closed has none and counts none', () => {
  let closed = false;
  const target = { open: true };
  observer.addReaders({
    queues: [{ library: 'test-queue', matches: (given) => given === target, read: () => (closed ? undefined : {}) }],
  });
  const broken = (): QueueStats => {
    throw new Error('planned');
  };
  observer.queue(broken, { name: 'broken' });
  observer.queue(target, { name: 'closing' });
  closed = true;
  expect(figures('broken')).toEqual({});
  const errors = readMetric(observer, 'outrider.probe.errors');
  expect(errors.map(({ attributes, value }) => [attributes['probe'], value])).toEqual([['queue:broken', 2]]);
});

test('says nothing where there is no queue', () => {
  const metrics: string[] = [];
  observer.collect({
    metric: ({ name }) => metrics.push(name),
    number: () => {},
    histogram: () => {},
    exponential: () => {},
  });
  expect(metrics.filter((name) => name.startsWith('queue.'))).toEqual([]);
});
