import { named } from './back-fill.ts';
import type { PastSeries } from './back-fill.ts';

/** Requests that came evenly, their durations distributed exponentially: what their quantiles are can be computed. */
export interface Traffic {
  readonly fromS: number;
  readonly toS: number;
  readonly perSecond: number;
  readonly meanS: number;
}

const BOUNDS = [
  0.005, 0.01, 0.025, 0.03, 0.05, 0.06, 0.075, 0.1, 0.12, 0.15, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 3, 5, 7.5, 10,
];

/** The quantile that such durations have. */
export function exponentialQuantile(q: number, meanS: number): number {
  return -meanS * Math.log(1 - q);
}

/** The share of such durations that are above a bound. */
export function shareAbove(boundS: number, meanS: number): number {
  return Math.exp(-boundS / meanS);
}

/**
 * The latency histogram of such requests. The counters go on from one stretch to the next, and end with the last one.
 *
 * @param traffic in the order of time; between two stretches nothing is told
 */
export function exponentialRequests(
  labels: Readonly<Record<string, string>>,
  traffic: readonly Traffic[],
): readonly PastSeries[] {
  const metric = 'http_server_request_duration_seconds';
  const counted =
    (each: (meanS: number) => number): PastSeries['at'] =>
    (timeS) => {
      if (!traffic.some(({ fromS, toS }) => timeS >= fromS && timeS <= toS)) return undefined;
      return traffic.reduce((sum, { fromS, toS, perSecond, meanS }) => {
        const lastedS = Math.min(timeS, toS) - fromS;
        return lastedS > 0 ? sum + lastedS * perSecond * each(meanS) : sum;
      }, 0);
    };
  return [
    ...BOUNDS.map((bound) => ({
      name: named(`${metric}_bucket`, { ...labels, le: Number.isInteger(bound) ? `${bound}.0` : String(bound) }),
      at: counted((meanS) => 1 - shareAbove(bound, meanS)),
    })),
    { name: named(`${metric}_bucket`, { ...labels, le: '+Inf' }), at: counted(() => 1) },
    { name: named(`${metric}_count`, labels), at: counted(() => 1) },
    { name: named(`${metric}_sum`, labels), at: counted((meanS) => meanS) },
  ];
}
