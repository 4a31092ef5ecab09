/** A share as people write it: 0.85 is `85 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}

/** A time as people write it: 0.06 is `60 ms`, 3 is `3 s`. */
export function duration(seconds: number): string {
  return seconds < 1 ? `${Number((seconds * 1000).toFixed(3))} ms` : `${seconds} s`;
}

/** A size as people write it: 10485760 is `10 MiB`. */
export function size(bytes: number): string {
  return `${Number((bytes / 2 ** 20).toFixed(1))} MiB`;
}

/** The route that an alert is about, in Prometheus' templates. Requests that none was found for have no such label. */
export const ROUTE_NAME = '{{ or $labels.http_route "(no route)" }}';

/** The release that an alert is about, in Prometheus' templates. */
export const RELEASE_NAME = '{{ $labels.service_version }}';
