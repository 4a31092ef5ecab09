import { describe, expect, test } from 'vitest';
import { read } from '../../../conformance/src/readings.ts';
import { LATENCY_BOUNDS } from '../../src/bounds.ts';
import { RequestRecorder } from '../../src/recorder/request-recorder.ts';
import type { EndedRequest } from '../../src/recorder/request-recorder.ts';
import type { Route } from '../../src/recorder/route-table.ts';

const DURATION = 'http.server.request.duration';

function recorder(seriesLimit = 100): RequestRecorder {
  return new RequestRecorder({ bounds: LATENCY_BOUNDS, serviceVersion: undefined, seriesLimit });
}

function ended(route: Route, request: Partial<EndedRequest> = {}): EndedRequest {
  return {
    route, method: 0, scheme: 0, status: 200, error: 0, labels: undefined,
    duration: 0.002, firstByte: 0.001, stream: false, outcome: 0, slow: false,
    requestSize: -1, responseSize: -1, span: undefined,
    ...request,
  }; // oxfmt-ignore
}

function count(of: RequestRecorder, attributes: Record<string, unknown> = {}): number {
  return read(of)
    .filter(({ metric }) => metric === DURATION)
    .filter((reading) => Object.entries(attributes).every(([name, value]) => reading.attributes[name] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

function figure(of: RequestRecorder, metric: string, attributes: Record<string, unknown> = {}): number | undefined {
  return read(of).find(
    (reading) =>
      reading.metric === metric &&
      Object.entries(attributes).every(([name, value]) => reading.attributes[name] === value),
  )?.value;
}

describe('RequestRecorder', () => {
  test('counts a value in the bucket whose bound it does not exceed', () => {
    const subject = recorder();
    for (const duration of [0.005, 0.0051, 0.06, 0.15, 3, 10, 10.1]) {
      subject.begin(0, 0);
      subject.end(ended(subject.routes.unmatched, { duration }));
    }
    const reading = read(subject).find(({ metric }) => metric === DURATION);
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
    expect(count(subject)).toBe(800);
    expect(count(subject, { 'http.response.status_code': 104, 'http.route': '/r/14' })).toBe(1);
    const perRoute = read(subject).filter(({ metric }) => metric === 'outrider.route.duration');
    expect(perRoute).toHaveLength(90);
    expect(perRoute.reduce((sum, { value }) => sum + value, 0)).toBe(800);
  });

  test('a flood of computed routes takes its share, leaves the declared ones theirs, and loses no request', () => {
    const subject = recorder(100);
    for (let at = 0; at < 10_000; at++) subject.end(ended(subject.routes.computed(`/scan/${at}`)));
    for (let at = 0; at < 60; at++) subject.end(ended(subject.routes.declared(`/declared/${at}`)));
    expect(figure(subject, 'outrider.recorder.series')).toBeLessThanOrEqual(100);
    expect(count(subject)).toBe(10_060);
    for (let at = 0; at < 60; at++) expect(count(subject, { 'http.route': `/declared/${at}` })).toBe(1);
    const overflowed = count(subject, { 'otel.metric.overflow': true });
    expect(overflowed).toBe(10_000 - 25);
    expect(figure(subject, 'outrider.recorder.overflows', { reason: 'route' })).toBe(overflowed);
  });

  test('a flood of labels falls back on the series without them', () => {
    const subject = recorder(100);
    const route = subject.routes.declared('/users/:id');
    for (let user = 0; user < 1000; user++) subject.end(ended(route, { labels: { user: String(user) } }));
    expect(figure(subject, 'outrider.recorder.series')).toBeLessThanOrEqual(100);
    expect(count(subject, { 'http.route': '/users/:id' })).toBe(1000);
    expect(figure(subject, 'outrider.recorder.overflows', { reason: 'labels' })).toBe(1000 - 25);
  });

  test('a computed route with the name of a declared one is the declared one', () => {
    const { routes } = recorder();
    expect(routes.computed('/users/:id')).not.toBe(routes.declared('/users/:id'));
    expect(routes.computed('/users/:id')).toBe(routes.declared('/users/:id'));
  });

  test('declared routes beyond the limit are counted too', () => {
    const subject = recorder(2000);
    for (let at = 0; at < 1500; at++) subject.end(ended(subject.routes.declared(`/generated/${at}`)));
    expect(count(subject)).toBe(1500);
  });
});
