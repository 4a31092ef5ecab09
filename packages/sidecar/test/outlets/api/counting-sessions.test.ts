import { describe, expect, it } from 'vitest';
import type { Metric } from '../../../src/metric.ts';
import { countingSessions } from '../../../src/outlets/api/counting-sessions.ts';
import type { SessionView } from '../../../src/store/store.ts';
import { Bench } from '../../store/bench.ts';
import { GOODBYE, from, histogram, number } from '../../store/pushes.ts';

const ofSdk = { 'telemetry.sdk.name': 'opentelemetry' };

/** What a process tells of so many requests, by Outrider's push or by an SDK's reader. */
function told(requests: number, withOutcomes: boolean): Metric[] {
  const duration = histogram('http.server.request.duration', {}, [1], [requests, 0], 1);
  return withOutcomes
    ? [duration, number('http.server.request.outcomes', 'counter', [[requests, { outcome: 'completed' }]])]
    : [duration];
}

function process(pid: number): Record<string, string> {
  return { 'host.name': 'h', 'process.pid': String(pid) };
}

function requestsOf(sessions: readonly SessionView[]): number {
  return sessions
    .flatMap(({ metrics }) => metrics)
    .flatMap((metric) => (metric.kind === 'histogram' ? metric.points : []))
    .reduce((total, { count }) => total + count, 0);
}

describe('the sessions that count', () => {
  it('are those with outcomes, where a process pushes twice', () => {
    const bench = new Bench();
    bench.push(from('a', told(5, true), process(1)));
    bench.push(from('a-sdk', told(5, false), { ...process(1), ...ofSdk }));
    bench.push(from('other', told(7, false), { ...process(2), ...ofSdk }));
    expect(requestsOf(countingSessions(bench.store.view().sessions))).toBe(12);
  });

  it('stay the same ones while a process takes over the slots of another, in any order', () => {
    const bench = new Bench();
    const count = () => requestsOf(countingSessions(bench.store.view().sessions));
    bench.push(from('a', told(5, true), process(1)));
    bench.push(from('a-sdk', told(5, false), { ...process(1), ...ofSdk }));
    bench.push(from('a', told(6, true), { ...process(1), ...GOODBYE }));
    bench.push(from('a-sdk', told(6, false), { ...process(1), ...ofSdk, ...GOODBYE }));
    expect(count()).toBe(6);
    bench.push(from('b', told(2, true), process(2)));
    expect(count()).toBe(8);
    bench.push(from('b-sdk', told(2, false), { ...process(2), ...ofSdk }));
    expect(count()).toBe(8);
    bench.push(from('b-sdk', told(3, false), { ...process(2), ...ofSdk, ...GOODBYE }));
    bench.push(from('b', told(3, true), { ...process(2), ...GOODBYE }));
    bench.push(from('c-sdk', told(1, false), { ...process(3), ...ofSdk }));
    bench.push(from('c', told(1, true), process(3)));
    expect(count()).toBe(10);
  });

  it('are all where it is not known which process they are of', () => {
    const bench = new Bench();
    bench.push(from('a', told(5, true)));
    bench.push(from('b', told(4, false)));
    expect(requestsOf(countingSessions(bench.store.view().sessions))).toBe(9);
  });
});
