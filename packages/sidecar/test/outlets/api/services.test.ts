import { describe, expect, it } from 'vitest';
import { numbers } from '../../../src/collectors/collector.ts';
import { apiOutlet } from '../../../src/outlets/api.ts';
import type { Snapshot } from '../../../src/snapshot.ts';
import { from, histogram, number } from '../../store/pushes.ts';
import { nothing, outletContext, outletRequest, shopWorker, shopWorkers, snapshotOf } from '../snapshots.ts';

function ask(snapshot: Snapshot, query = '') {
  const { status, contentType, body } = apiOutlet(outletContext()).answer(snapshot, outletRequest(query));
  expect(contentType).toBe('application/json; charset=utf-8');
  // The shape is the contract under test, so the answer is taken as it comes.
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status, answer: JSON.parse(String(body)) as any };
}

const two = snapshotOf([
  ...shopWorkers('shop', ['reads']),
  ...shopWorkers('billing', ['reads', 'reports'], { 'service.name': 'billing' }),
]);

describe('?service=', () => {
  it('leaves out every figure of the others', () => {
    const { status, answer } = ask(two, 'service=billing');
    const alone = ask(snapshotOf(shopWorkers('billing', ['reads', 'reports'], { 'service.name': 'billing' })));
    expect(status).toBe(200);
    expect(answer).toEqual(alone.answer);
    expect(answer).not.toEqual(ask(two).answer);
  });

  it('may be given several times, in any order', () => {
    const { answer } = ask(two, 'service=shop&service=billing&service=shop');
    expect(answer).toEqual(ask(two).answer);
  });

  it('has the host in it all the same', () => {
    expect(ask(two, 'service=shop').answer.system).toEqual(ask(two).answer.system);
  });

  it('counts the workers of that service', () => {
    const snapshot = snapshotOf([shopWorker('a'), ...shopWorkers('b', [], { 'service.name': 'billing' })]);
    expect(ask(snapshot, 'service=shop').answer.runtime.workers).toBe(1);
    expect(ask(snapshot, 'service=billing').answer.runtime.workers).toBe(2);
  });
});

describe('a query that cannot be answered', () => {
  it.each([
    ['service=shpo', 404, 'There is no service "shpo": the services are "billing", "shop".'],
    ['service=', 404, 'There is no service "": the services are "billing", "shop".'],
    ['service=shop&service=x', 404, 'There is no service "x": the services are "billing", "shop".'],
    ['service=__proto__', 404, 'There is no service "__proto__": the services are "billing", "shop".'],
    ['srevice=shop', 400, 'There is no parameter "srevice": the parameters are service.'],
    ['service=shop&limit=1', 400, 'There is no parameter "limit": the parameters are service.'],
  ])('?%s is answered %i', (query, status, error) => {
    expect(ask(two, query)).toEqual({ status, answer: { error } });
  });

  it('says that there is no service yet', () => {
    expect(ask(snapshotOf([], { host: nothing }), 'service=shop')).toEqual({
      status: 404,
      answer: { error: 'There is no service "shop": no process has pushed yet.' },
    });
  });

  it('does not list any number of services', () => {
    const many = Array.from({ length: 60 }, (_, at) =>
      from(String(at), [number('calls', 'counter', [[1]])], { 'service.name': `service-${at}` }),
    );
    const { error } = ask(snapshotOf(many), 'service=x').answer;
    expect(error.match(/service-\d+/g)).toHaveLength(50);
    expect(error).toMatch(/ and 10 more\.$/);
  });
});

describe('the services', () => {
  it('are listed by name, each with its requests, runtime and workers', () => {
    const { services } = ask(two).answer;
    expect(services).toMatchObject([
      { service: 'billing', http: { requests_total: 306 }, runtime: { workers: 2 }, workers: { slots: [{}, {}] } },
      { service: 'shop', http: { requests_total: 306 }, runtime: { workers: 2 }, workers: { slots: [{}, {}] } },
    ]);
  });

  it('have the processes that the sidecar counts', () => {
    const { store } = two;
    const counted = [
      numbers('app.workers', [
        [1, { state: 'live' }],
        [1, { state: 'silent' }],
      ]),
      numbers('app.process.exits', [
        [3, { reason: 'graceful' }],
        [0, { reason: 'crash' }],
      ]),
      numbers('app.process.restarts', [[2]]),
    ];
    const services = [
      { service: 'shop', metrics: counted },
      { service: 'gone', metrics: counted },
    ];
    const { answer } = ask({ ...two, store: { ...store, services } });
    expect(answer.services).toMatchObject([
      { service: 'billing', workers: { live: null, exits: null, restarts: null } },
      // None of its processes is left, and what became of them is known still.
      { service: 'gone', workers: { live: 1, slots: [] }, runtime: { workers: 0 } },
      {
        service: 'shop',
        workers: { live: 1, silent: 1, exits: { graceful: 3, crash: 0 }, restarts: 2, reasons: {} },
      },
    ]);
    expect(answer.services[0].workers.reasons.exits).toBe('the sidecar has not counted any');
  });

  it('have each worker slot with its own figures', () => {
    const [shop] = ask(snapshotOf([shopWorker('a'), shopWorker('b', 2)])).answer.services;
    expect(shop.workers.slots).toMatchObject([
      { worker: 0, state: 'live', event_loop_delay_p99_ms: 12.3, rss_mb: 100, requests_total: 102, active_requests: 2 },
      { worker: 1, state: 'live', event_loop_delay_p99_ms: 24.6, rss_mb: 200, requests_total: 204, active_requests: 4 },
    ]);
  });
});

describe('a process that pushes twice', () => {
  it('has its requests in one of its two slots', () => {
    const resource = { 'host.name': 'web-1', 'process.pid': '4711' };
    const requests = histogram('http.server.request.duration', {}, [1], [102, 0], 5);
    const sdk = from('sdk', [requests], { ...resource, 'telemetry.sdk.name': 'opentelemetry' });
    const own = from('own', shopWorker('').metrics, resource);
    const [shop] = ask(snapshotOf([own, sdk])).answer.services;
    expect(shop.workers.slots).toMatchObject([
      { worker: 0, requests_total: 102 },
      {
        worker: 1,
        requests_total: null,
        reasons: { requests_total: 'another push of the same process counts them' },
      },
    ]);
  });
});

// What opentelemetry-instrumentation-fastapi sends: no outcomes, explicit buckets, no runtime of Node.js.
describe('a service in another language', () => {
  const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
  const sdk = {
    'service.name': 'python-api',
    'telemetry.sdk.language': 'python',
    'telemetry.sdk.name': 'opentelemetry',
  };
  const of = (status: string, counts: readonly number[]) =>
    histogram(
      'http.server.request.duration',
      {
        'http.request.method': 'GET',
        'http.route': '/items/{id}',
        'http.response.status_code': status,
        'url.scheme': 'http',
      },
      bounds,
      [...counts, ...Array.from<number>({ length: bounds.length + 1 - counts.length }).fill(0)],
      2.5,
    );
  const durations = {
    ...of('200', [0, 40, 40]),
    points: [...of('200', [0, 40, 40]).points, ...of('500', [20]).points],
  };
  const active = number('http.server.active_requests', 'updowncounter', [[3, { 'url.scheme': 'http' }]]);

  it('has its requests, errors, active ones and percentiles', () => {
    const { http } = ask(snapshotOf([from('p', [durations, active], sdk)])).answer;
    expect(http).toMatchObject({
      requests_total: 100,
      errors_total: 20,
      active_requests: 3,
      outcomes: null,
      slow_requests_total: null,
      duration_ms: { p50: 8.75, p90: 21.25, interpolated: true },
      reasons: {
        outcomes: 'no process reports http.server.request.outcomes',
        slow_requests_total: 'no process reports http.server.slow_requests',
      },
    });
  });

  it('has them from exponential histograms and summaries as well', () => {
    const exponential = {
      ...durations,
      kind: 'exponential_histogram' as const,
      points: [{ attributes: [], count: 10, sum: 5, scale: 3, zeroCount: 0, offset: -8, counts: [10] }],
    };
    expect(ask(snapshotOf([from('p', [exponential], sdk)])).answer.http).toMatchObject({
      requests_total: 10,
      errors_total: 0,
      duration_ms: { p50: 625, interpolated: true },
    });
    const summary = {
      ...durations,
      kind: 'summary' as const,
      points: [{ attributes: [['http.response.status_code', '503']] as const, count: 7, sum: 1, quantiles: [] }],
    };
    expect(ask(snapshotOf([from('p', [summary], sdk)])).answer.http).toMatchObject({
      requests_total: 7,
      errors_total: 7,
      duration_ms: null,
    });
  });

  it('is not taken at its word in another unit', () => {
    const milliseconds = { ...durations, unit: 'ms' };
    expect(ask(snapshotOf([from('p', [milliseconds], sdk)])).answer.http).toMatchObject({
      requests_total: null,
      duration_ms: null,
    });
  });

  it('and one of Outrider have percentiles together: the common bounds are exact', () => {
    const snapshot = snapshotOf([from('p', [durations], sdk), ...shopWorkers('shop', [])]);
    const { http, services } = ask(snapshot).answer;
    expect(http.duration_ms.interpolated).toBe(true);
    expect(services.map((one: { http: { duration_ms: object } }) => one.http.duration_ms)).toMatchObject([
      { interpolated: true },
      { interpolated: false },
    ]);
  });
});
