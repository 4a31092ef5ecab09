import type { Scope } from '../scope.ts';

/** Lookups a second by their results, such as `=~"hit|miss"`, by application and cache. */
export function lookups({ application, window }: Scope, results: string, by = 'job, cache_name'): string {
  const series = application('cache.operations', { 'cache.operation': '="get"', 'cache.result': results });
  return `sum by (${by}) (rate(${series}[${window}]))`;
}

/** Share of lookups that found what they looked for, 0 to 1; nothing where nothing was looked up. */
export function hitRatio(scope: Scope, by = 'job, cache_name'): string {
  const hits = lookups(scope, '="hit"', by);
  const misses = lookups(scope, '="miss"', by);
  return `(${hits} or 0 * ${misses}) / ${lookups(scope, '=~"hit|miss"', by)}`;
}
