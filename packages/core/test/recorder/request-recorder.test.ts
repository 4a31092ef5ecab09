import { describe, expect, test } from 'vitest';
import { readMetric, total } from '../../../conformance/src/readings.ts';
import { LATENCY_BOUNDS } from '../../src/bounds.ts';
import { RequestRecorder } from '../../src/recorder/request-recorder.ts';
import { SeriesBudget } from '../../src/recorder/series-budget.ts';
import type { EndedRequest } from '../../src/recorder/request-recorder.ts';
import type { Route } from '../../src/recorder/route-table.ts';

const DURATION = 'http.server.request.duration';
const SLOW = 'http.server.slow_requests';

function recorder(seriesLimit = 100): RequestRecorder {
  return new RequestRecorder({
    bounds: LATENCY_BOUNDS,
    serviceVersion: undefined,
    budget: new SeriesBudget(seriesLimit),
  });
}

function ended(route: Route, request: Partial<EndedRequest> = {}): EndedRequest {
  return {
    route, method: 0, scheme: 0, status: 200, error: 0, labels: undefined,
    duration: 0.002, firstByte: 0.001, stream: false, outcome: 0, slow: false,
    requestSize: -1, responseSize: -1, span: undefined,
    ...request,
  }; // oxfmt-ignore
}

describe('RequestRecorder', () => {
  test('counts a value in the bucket whose bound it does not exceed', () => {
    const subject = recorder();
    for (const duration of [0.005, 0.0051, 0.06, 0.15, 3, 10, 10.1]) {
      subject.begin(0, 0);
      subject.end(ended(subject.routes.unmatched, { duration }));
    }
    const [reading] = readMetric(subject, DURATION);
    const filled = reading?.buckets?.flatMap((held, at) => (held > 0 ? [[LATENCY_BOUNDS[at] ?? Infinity, held]] : []));
    expect(filled).toEqual([[0.005, 1], [0.01, 1], [0.06, 1], [0.15, 1], [3, 1], [10, 1], [Infinity, 1]]); // oxfmt-ignore
    expect(reading?.sum).toBeCloseTo(0.005 + 0.0051 + 0.06 + 0.15 + 3 + 10 + 10.1, 10);
  });

  test('keeps what was recorded when it grows', () => {
    const subject = recorder(2000);
    for (let status = 100; status < 900; status++) {
      subject.begin(0, 0);
      subject.end(ended(subject.routes.declared(`/r/${status % 90}`), { status, duration: 0.5 }));
    }
    expect(total(subject, DURATION)).toBe(800);
    expect(total(subject, DURATION, { 'http.response.status_code': 104, 'http.route': '/r/14' })).toBe(1);
    expect(readMetric(subject, 'outrider.route.duration')).toHaveLength(90);
    expect(total(subject, 'outrider.route.duration')).toBe(800);
  });

  test('a flood of computed routes takes its share, leaves the declared ones theirs, and loses no request', () => {
    const subject = recorder(100);
    for (let at = 0; at < 10_000; at++) subject.end(ended(subject.routes.computed(`/scan/${at}`)));
    for (let at = 0; at < 60; at++) subject.end(ended(subject.routes.declared(`/declared/${at}`)));
    expect(total(subject, 'outrider.recorder.series')).toBe(25 + 60);
    expect(total(subject, DURATION)).toBe(10_060);
    for (let at = 0; at < 60; at++) expect(total(subject, DURATION, { 'http.route': `/declared/${at}` })).toBe(1);
    const overflowed = total(subject, DURATION, { 'otel.metric.overflow': true });
    expect(overflowed).toBe(10_000 - 25);
    expect(total(subject, 'outrider.recorder.overflows', { reason: 'route' })).toBe(overflowed);
  });

  test('a flood of labels falls back on the series without them', () => {
    const subject = recorder(100);
    const route = subject.routes.declared('/users/:id');
    for (let user = 0; user < 1000; user++) subject.end(ended(route, { labels: { user: String(user) } }));
    expect(total(subject, 'outrider.recorder.series')).toBe(25 + 1);
    expect(total(subject, DURATION, { 'http.route': '/users/:id' })).toBe(1000);
    expect(total(subject, 'outrider.recorder.overflows', { reason: 'labels' })).toBe(1000 - 25);
  });

  test('a computed route with the name of a declared one is the declared one', () => {
    const { routes } = recorder();
    expect(routes.computed('/users/:id')).not.toBe(routes.declared('/users/:id'));
    expect(routes.computed('/users/:id')).toBe(routes.declared('/users/:id'));
  });

  test('declared routes beyond the limit are counted too, and so is what is slow in them', () => {
    const subject = recorder(2000);
    for (let at = 0; at < 1500; at++) subject.end(ended(subject.routes.declared(`/generated/${at}`), { slow: true }));
    expect(total(subject, DURATION)).toBe(1500);
    expect(total(subject, SLOW)).toBe(1500);
    expect(total(subject, SLOW, { 'otel.metric.overflow': true })).toBe(500);
  });

  test('a route whose series have no room tells what was slow in it', () => {
    const subject = recorder(4);
    for (let at = 0; at < 10; at++) subject.end(ended(subject.routes.declared(`/${at}`), { slow: at === 9 }));
    expect(total(subject, SLOW, { 'http.route': '/9' })).toBe(1);
  });
});
