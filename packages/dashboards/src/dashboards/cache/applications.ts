import type { Thresholds } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import {
  CACHE,
  cacheEnabled,
  cacheErrors,
  cacheFullness,
  cacheHolds,
  cacheOperationRate,
  evictionRate,
  hitRatio,
} from '../../measures/caches.ts';
import type { Scope } from '../../scope.ts';
import { percent } from '../../rules/text.ts';

const OF = '{{job}} {{cache_name}} {{cache_tier}}';

/** The caches of the applications, seen from inside. */
export function applicationRow(caches: Scope, { cache }: Thresholds): Row {
  return {
    id: 100,
    title: 'Caches of the applications',
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Hit rate',
        description: `Share of lookups that found their key. Below ${percent(cache.hitRatio)} a cache costs more than it saves. No lookups, no line.`,
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        marks: [{ from: cache.hitRatio, colour: 'red' }],
        queries: [{ expr: hitRatio(caches, CACHE), legend: OF }],
      },
      {
        id: 10,
        type: 'timeseries',
        title: 'Operations',
        description:
          'A second, by what was asked and what came of it. As many sets as misses are normal; many deletes keep the hit rate low.',
        width: 12,
        unit: 'ops',
        min: 0,
        queries: [{ expr: cacheOperationRate(caches), legend: `{{cache_operation}} {{cache_result}} ${OF}` }],
      },
      {
        id: 11,
        type: 'timeseries',
        title: 'Errors',
        description: 'Operations a second that failed. Any at all fire the alert CacheErrors.',
        width: 8,
        unit: 'ops',
        min: 0,
        queries: [{ expr: cacheErrors(caches, 'rate', CACHE), legend: OF }],
      },
      {
        id: 12,
        type: 'timeseries',
        title: 'Evictions',
        description:
          'Entries a second that were thrown out to make room. Together with many misses the cache is too small.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [{ expr: evictionRate(caches), legend: OF, emptyIsHealthy: 'only some libraries count evictions' }],
      },
      {
        id: 13,
        type: 'stat',
        title: 'Switched on, in every process',
        description: 'Whether the cache is switched on. It is off as soon as one process has it off.',
        width: 8,
        unit: 'none',
        names: { 0: 'off', 1: 'on' },
        marks: [
          { from: 0, colour: 'orange' },
          { from: 1, colour: 'green' },
        ],
        queries: [{ expr: cacheEnabled(caches), legend: OF, instant: true }],
      },
      {
        id: 14,
        type: 'timeseries',
        title: 'Entries of those allowed',
        description: 'How full the caches are that have a limit, all processes together. A full one evicts.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: cacheFullness(caches), legend: OF }],
      },
      {
        id: 15,
        type: 'timeseries',
        title: 'Entries, sum of the processes',
        description: 'Entries, and how many there may be (dashed). Without a limit a line that only climbs is a leak.',
        width: 8,
        unit: 'short',
        min: 0,
        styles: [{ name: 'limit .*', dashed: true }],
        queries: [
          { expr: cacheHolds(caches, 'entries'), legend: OF },
          { expr: cacheHolds(caches, 'entries.limit'), legend: `limit ${OF}` },
        ],
      },
      {
        id: 16,
        type: 'timeseries',
        title: 'Size, sum of the processes',
        description: 'Bytes that the entries take, in caches that count them.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: cacheHolds(caches, 'size'), legend: OF, emptyIsHealthy: 'only some libraries count bytes' }],
      },
    ],
  };
}
