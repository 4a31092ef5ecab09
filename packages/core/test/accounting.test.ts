import fc from 'fast-check';
import { expect, test } from 'vitest';
import { read } from '../../conformance/src/readings.ts';
import { LATENCY_BOUNDS } from '../src/bounds.ts';
import { METHODS } from '../src/http/methods.ts';
import { OUTCOMES } from '../src/http/outcome.ts';
import { RequestRecorder } from '../src/recorder/request-recorder.ts';
import { SeriesBudget } from '../src/recorder/series-budget.ts';

/** A step: a request begins, or one of those under way ends. */
const step = fc.oneof(
  fc.record({ begin: fc.constant(true as const), method: fc.nat(METHODS.length - 1), scheme: fc.nat(1) }),
  fc.record({
    begin: fc.constant(false as const),
    which: fc.nat(),
    outcome: fc.nat(OUTCOMES.length - 1),
    status: fc.constantFrom(0, 200, 404, 500, 503),
    stream: fc.boolean(),
    slow: fc.boolean(),
    route: fc.constantFrom('unmatched', '/a/:id', '/b', 'computed'),
    computed: fc.nat(500),
    labels: fc.option(fc.record({ tenant: fc.string({ maxLength: 3 }) }), { nil: undefined }),
    duration: fc.double({ min: 0, max: 20, noNaN: true }),
  }),
);

function figures(recorder: RequestRecorder): Record<'active' | 'ended' | 'latencies' | 'streams' | 'byRoute', number> {
  const readings = read(recorder);
  const sum = (metric: string): number =>
    readings.reduce((total, reading) => total + (reading.metric === metric ? reading.value : 0), 0);
  return {
    active: sum('http.server.active_requests'),
    ended: sum('http.server.request.outcomes'),
    latencies: sum('http.server.request.duration'),
    streams: sum('http.server.stream.duration'),
    byRoute: sum('outrider.route.duration'),
  };
}

const UNSIZED = { requestSize: -1, responseSize: -1, span: undefined };

test('started = completed + aborted + destroyed + active at every step, and every end is one value', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 4, max: 40 }), (steps, seriesLimit) => {
      const recorder = new RequestRecorder({
        bounds: LATENCY_BOUNDS,
        serviceVersion: '1',
        budget: new SeriesBudget(seriesLimit),
      });
      const { routes } = recorder;
      const under: Array<{ readonly method: number; readonly scheme: number }> = [];
      let started = 0;
      let streams = 0;
      for (const now of steps) {
        if (now.begin) {
          recorder.begin(now.method, now.scheme);
          under.push(now);
          started++;
        } else if (under.length > 0) {
          const [{ method, scheme }] = under.splice(now.which % under.length, 1) as [(typeof under)[number]];
          const route =
            now.route === 'unmatched'
              ? routes.unmatched
              : now.route === 'computed'
                ? routes.computed(`/c/${now.computed}`)
                : routes.declared(now.route);
          const firstByte = now.status === 0 ? -1 : now.duration;
          recorder.end({ ...now, ...UNSIZED, method, scheme, route, firstByte, error: 0 });
          if (now.stream) streams++;
        }
        const { active, ended, latencies, streams: told, byRoute } = figures(recorder);
        expect(started).toBe(ended + active);
        expect(active).toBe(under.length);
        expect(told).toBe(streams);
        expect(latencies + told).toBe(ended);
        expect(byRoute).toBe(latencies);
      }
    }),
    { numRuns: 200 },
  );
});

test('no method and scheme ever has fewer than no requests under way', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(METHODS.length - 1), fc.nat(1)), { maxLength: 40 }), (requests) => {
      const recorder = new RequestRecorder({
        bounds: LATENCY_BOUNDS,
        serviceVersion: undefined,
        budget: new SeriesBudget(100),
      });
      const route = recorder.routes.unmatched;
      const rest = { route, status: 200, error: 0, labels: undefined, duration: 1, firstByte: 1, stream: false, outcome: 0, slow: false, ...UNSIZED }; // oxfmt-ignore
      for (const [method, scheme] of requests) recorder.begin(method, scheme);
      for (const [method, scheme] of requests.toReversed()) {
        recorder.end({ ...rest, method, scheme });
        const active = read(recorder).filter(({ metric }) => metric === 'http.server.active_requests');
        expect(active.every(({ value }) => value >= 0)).toBe(true);
      }
      expect(figures(recorder).active).toBe(0);
    }),
    { numRuns: 100 },
  );
});
