import type { Samples } from './alert-case.ts';
import { counter } from './course.ts';
import type { Stretch } from './course.ts';

/** So many requests a minute that took so long, or were answered so. */
export interface Requests {
  readonly perMinute: number;
  /** The smallest bound of the histogram that they are within. */
  readonly within: number;
  readonly status?: number;
  readonly route?: string;
  readonly version?: string;
}

/** What happens for so many minutes. */
export type Phase = readonly [requests: readonly Requests[], minutes: number];

/** How bounds are spelt: Prometheus 3 makes `3.0` of `3`. */
export type Spelling = (bound: number) => string;

/** `3.0`, as the sidecar writes it and Prometheus 3 keeps it. */
export const decimal: Spelling = (bound) => (Number.isInteger(bound) ? `${bound}.0` : String(bound));

/** `3`, as other exporters write it and Prometheus 2 keeps it. */
export const plain: Spelling = String;

/** The bounds of the latency histogram. */
export const BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.03, 0.05, 0.06, 0.075, 0.1, 0.12, 0.15, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 3, 5, 7.5, 10,
];

/** The series of the latency histogram over some phases, each kind of request in series of its own. */
export function requests(
  phases: readonly Phase[],
  { course = counter, spelling = decimal }: { readonly course?: typeof counter; readonly spelling?: Spelling } = {},
): Samples {
  const kinds = new Map<string, (request: Requests) => boolean>();
  for (const [all] of phases) {
    for (const { status = 200, route = '/basket', version = '1.0.0' } of all) {
      const labels = `http_response_status_code="${status}",http_route="${route}",instance="web-1",job="shop",service_version="${version}",worker="0"`;
      kinds.set(
        labels,
        (other) =>
          (other.status ?? 200) === status &&
          (other.route ?? '/basket') === route &&
          (other.version ?? '1.0.0') === version,
      );
    }
  }
  const samples: Record<string, string> = {};
  for (const [labels, isOfKind] of kinds) {
    const stretches = (of: (request: Requests) => number): Stretch[] =>
      phases.map(([all, minutes]) => [all.filter(isOfKind).reduce((sum, request) => sum + of(request), 0), minutes]);
    const name = 'http_server_request_duration_seconds';
    for (const bound of BOUNDS) {
      samples[`${name}_bucket{le="${spelling(bound)}",${labels}}`] = course(
        ...stretches(({ perMinute, within }) => (within <= bound ? perMinute : 0)),
      );
    }
    samples[`${name}_bucket{le="+Inf",${labels}}`] = course(...stretches(({ perMinute }) => perMinute));
    samples[`${name}_count{${labels}}`] = course(...stretches(({ perMinute }) => perMinute));
    samples[`${name}_sum{${labels}}`] = course(...stretches(({ perMinute, within }) => perMinute * within));
  }
  return samples;
}
