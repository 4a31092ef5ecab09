import { describe, expect, it } from 'vitest';
import type { ExponentialMetric } from '../../src/metric.ts';
import { routesOutlet } from '../../src/outlets/routes.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { attributes, from, histogram, number } from '../store/pushes.ts';
import { nothing, outletContext, outletRequest, routeDuration, snapshotOf } from './snapshots.ts';

type Attributes = Readonly<Record<string, string>>;

function ask(snapshot: Snapshot, query = '') {
  const { status, body } = routesOutlet(outletContext()).answer(snapshot, outletRequest(query));
  // The shape is the contract under test, so the answer is taken as it comes.
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status, answer: JSON.parse(String(body)) as any };
}

/** So many requests of a route within one exponential bucket, and the seconds they took. */
function took(of: Attributes, index: number, count: number, sum: number | undefined): ExponentialMetric {
  const metric = routeDuration(3, index, [count]);
  return { ...metric, points: metric.points.map((point) => ({ ...point, attributes: attributes(of), sum })) };
}

function answered(of: Attributes, status: string, count: number, sum?: number) {
  const all = { ...of, 'http.response.status_code': status };
  return histogram('http.server.request.duration', all, [0.5, 1], [0, count, 0], sum);
}

const items = { 'http.route': '/items/:id' };
const reports = { 'http.route': '/reports' };

function worker(instance: string, factor: number, resource: Attributes = {}) {
  return from(
    instance,
    [
      took(items, -24, 100 * factor, 12 * factor),
      took(reports, 8, 10 * factor, 21 * factor),
      took({}, -80, 5, 0.1),
      answered(items, '200', 97 * factor),
      answered(items, '503', 3 * factor),
      answered({}, '404', 5),
      number('http.server.slow_requests', 'counter', [
        [factor, reports],
        [0, items],
      ]),
    ],
    resource,
  );
}

describe('/api/v1/routes', () => {
  it('joins the workers, and has those first that took most time in all', () => {
    const { status, answer } = ask(snapshotOf([worker('a', 1), worker('b', 2)]));
    expect(status).toBe(200);
    expect(answer).toEqual({
      timestamp: '2026-11-21T08:00:00.000Z',
      routes_total: 3,
      routes: [
        {
          service: 'shop',
          route: '/reports',
          requests_total: 30,
          errors_total: null,
          slow_requests_total: 3,
          duration_seconds_total: 63,
          duration_ms: { p50: 2086.589, p90: 2086.589, p95: 2086.589, p99: 2086.589, reasons: {}, interpolated: false },
          reasons: { errors_total: 'no process reports http.server.request.duration' },
        },
        {
          service: 'shop',
          route: '/items/:id',
          requests_total: 300,
          errors_total: 9,
          slow_requests_total: 0,
          duration_seconds_total: 36,
          duration_ms: { p50: 130.412, p90: 130.412, p95: 130.412, p99: 130.412, reasons: {}, interpolated: false },
          reasons: {},
        },
        expect.objectContaining({ route: 'unmatched', requests_total: 10, errors_total: 0, slow_requests_total: null }),
      ],
      reasons: {},
    });
  });

  it('takes percentiles of all workers together and never averages them', () => {
    const one = (instance: string, index: number, count: number) => from(instance, [took(items, index, count, 1)]);
    const { answer } = ask(snapshotOf([one('a', -80, 900), one('b', 0, 100)]));
    expect(answer.routes[0].duration_ms.p90).toBeLessThan(1.1);
    expect(answer.routes[0].duration_ms.p95).toBeGreaterThan(1000);
  });

  it('keeps apart routes of one template in two services, and asks for one of them', () => {
    const snapshot = snapshotOf([worker('a', 1), worker('b', 2, { 'service.name': 'billing' })]);
    const shown = (query = '') =>
      ask(snapshot, query).answer.routes.map(
        ({ service, route, requests_total: requests }: Record<string, string>) => `${service} ${route} ${requests}`,
      );
    expect(shown()).toEqual([
      'billing /reports 20',
      'billing /items/:id 200',
      'shop /reports 10',
      'shop /items/:id 100',
      'billing unmatched 5',
      'shop unmatched 5',
    ]);
    expect(shown('service=shop')).toEqual(['shop /reports 10', 'shop /items/:id 100', 'shop unmatched 5']);
    expect(shown('limit=1')).toEqual(['billing /reports 20']);
    expect(ask(snapshot, 'limit=1').answer.routes_total).toBe(6);
  });

  it('knows no errors of what is beyond the budget', () => {
    const beyond = { 'otel.metric.overflow': 'true' };
    const { answer } = ask(snapshotOf([from('a', [took(beyond, 0, 4, 4), answered(beyond, '500', 4)])]));
    expect(answer.routes).toMatchObject([
      {
        route: 'overflow',
        requests_total: 4,
        errors_total: null,
        reasons: { errors_total: 'requests beyond the budget are counted without their status' },
      },
    ]);
  });

  it('has those of other SDKs, by their explicit histograms', () => {
    const route = { 'http.route': '/items/{id}' };
    const { answer } = ask(snapshotOf([from('p', [answered(route, '200', 9, 6), answered(route, '500', 1, 1)])]));
    expect(answer.routes).toMatchObject([
      {
        route: '/items/{id}',
        requests_total: 10,
        errors_total: 1,
        duration_seconds_total: 7,
        duration_ms: { p50: 750, interpolated: true },
        slow_requests_total: null,
      },
    ]);
  });

  it('counts the requests of a process once that pushes twice', () => {
    const resource = { 'host.name': 'web-1', 'process.pid': '4711' };
    const outcomes = number('http.server.request.outcomes', 'counter', [[4, { outcome: 'completed' }]]);
    const ours = from('ours', [outcomes, took(items, 0, 4, 4)], resource);
    const theirs = from('theirs', [answered(items, '200', 4, 4)], {
      ...resource,
      'telemetry.sdk.name': 'opentelemetry',
    });
    expect(ask(snapshotOf([theirs, ours])).answer.routes).toMatchObject([{ requests_total: 4 }]);
  });

  it('does not add up times of which some are unknown', () => {
    const { answer } = ask(snapshotOf([from('a', [took(items, 0, 4, 4)]), from('b', [took(items, 0, 4, undefined)])]));
    expect(answer.routes).toMatchObject([
      {
        duration_seconds_total: null,
        reasons: { duration_seconds_total: 'a process does not report the sum of the durations' },
      },
    ]);
  });

  it('says null and why where nobody tells', () => {
    expect(ask(snapshotOf([], { host: nothing })).answer).toMatchObject({
      routes_total: null,
      routes: null,
      reasons: { routes: 'no process has pushed yet' },
    });
  });

  it.each([
    ['limit=0', 400, 'limit is "0": expected one whole number from 1 to 1000.'],
    ['service=x', 404, 'There is no service "x": the services are "shop".'],
    ['sort=p95', 400, 'There is no parameter "sort": the parameters are limit, service.'],
  ])('refuses ?%s', (query, status, error) => {
    expect(ask(snapshotOf([worker('a', 1)]), query)).toEqual({ status, answer: { error } });
  });
});
