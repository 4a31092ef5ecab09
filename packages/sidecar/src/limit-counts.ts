import { numbers } from './collectors/collector.ts';
import type { Metric } from './metric.ts';

/** The limits that are counted when they bite, as `outrider.limit.reached` names them: keys of `limits` in the configuration. */
export const LIMITS = [
  'bodyBytes',
  'decodedBytes',
  'inFlightBytes',
  'valuesPerRequest',
  'depth',
  'resourcesPerRequest',
  'metricsPerRequest',
  'pointsPerRequest',
  'attributesPerPoint',
  'bucketsPerPoint',
  'nameLength',
  'labelLength',
  'series',
  'storedBytes',
  'streamClients',
  'connections',
  'headerBytes',
  'headerTime',
  'requestTime',
  'serverReplyBytes',
  'fieldNames',
  'attributesPerResource',
  'exemplarsPerPoint',
  'unitLength',
  'slowRequests',
  'slowRequestBytes',
  'services',
  'releasesPerService',
  'processesPerService',
] as const;

/** A limit that is counted. */
export type LimitName = (typeof LIMITS)[number];

/** Counts how often each limit was reached; each is there from the start, with 0. */
export class LimitCounts {
  readonly #counts = new Map<LimitName, number>(LIMITS.map((limit) => [limit, 0]));

  /** A limit was reached, once or several times. */
  reached(limit: LimitName, times = 1): void {
    this.#counts.set(limit, (this.#counts.get(limit) ?? 0) + times);
  }

  read(): Metric {
    return numbers(
      'outrider.limit.reached',
      [...this.#counts].map(([limit, count]) => [count, { limit }]),
    );
  }
}
