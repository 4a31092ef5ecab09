import type { Scope } from '../scope.ts';
import { total, totalRate } from './totals.ts';

/** What tells one cache from another, where a process is not asked for. */
export const CACHE = 'job, cache_name, cache_tier' as const;

const OPERATIONS = 'cache.operations';

/** Lookups a second by their results, such as `=~"hit|miss"`, by application and cache. */
function lookups({ application, window }: Scope, results: string, by = 'job, cache_name'): string {
  const series = application(OPERATIONS, { 'cache.operation': '="get"', 'cache.result': results });
  return totalRate(series, window, by);
}

/** A tier of a cache, a cache with all of its tiers, or all caches together. */
type Part = typeof CACHE | 'job, cache_name' | '';

/**
 * Times a second that an application asked a cache, or one of its tiers. The first tier is asked each time, the next one
 * what that does not have: added up they would count one question twice.
 */
export function asked(scope: Scope, by: Part = 'job, cache_name'): string {
  const tiers = lookups(scope, '=~"hit|miss"', CACHE);
  if (by === CACHE) return tiers;
  const first = `max by (job, cache_name) (${tiers})`;
  return by === '' ? total(first) : first;
}

/** Share of lookups that found what they looked for, 0 to 1, in any tier; nothing where nothing was looked up. */
export function hitRatio(scope: Scope, by: Part = 'job, cache_name'): string {
  const hits = lookups(scope, '="hit"', by);
  const misses = lookups(scope, '="miss"', by);
  return `(${hits} or 0 * ${misses}) / ${asked(scope, by)}`;
}

/** Operations a second that did not fail, by what was asked and what came of it. */
export function cacheOperationRate({ application, window }: Scope): string {
  const series = application(OPERATIONS, { 'cache.result': '!="error"' });
  return totalRate(series, window, `${CACHE}, cache_operation, cache_result`);
}

/** Operations that failed: in the whole window, or a second of it. */
export function cacheErrors({ application, window }: Scope, how: 'increase' | 'rate', by = 'job, cache_name'): string {
  return total(`${how}(${application(OPERATIONS, { 'cache.result': '="error"' })}[${window}])`, by);
}

/** Entries a second that were thrown out to make room. */
export function evictionRate({ application, window }: Scope, by: string = CACHE): string {
  return totalRate(application('cache.evictions'), window, by);
}

/** What the caches of all processes hold together: entries, how many they may hold, or bytes. */
export function cacheHolds({ application }: Scope, what: 'entries' | 'entries.limit' | 'size'): string {
  return total(application(`cache.${what}`), CACHE);
}

/** Share of the entries that the caches may hold which they do, 0 to 1; only of those that have a limit. */
export function cacheFullness(scope: Scope): string {
  return `${cacheHolds(scope, 'entries')} / ${cacheHolds(scope, 'entries.limit')}`;
}

/** 0 as soon as one process has a cache switched off, else 1. */
export function cacheEnabled({ application }: Scope): string {
  return `min by (${CACHE}) (${application('cache.enabled')})`;
}
