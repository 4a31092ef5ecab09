import type { Thresholds } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { asked, cacheErrors, evictionRate, hitRatio } from '../../measures/caches.ts';
import { memcachedMemoryShare, redisMemoryShare } from '../../measures/servers.ts';
import type { Scope } from '../../scope.ts';
import { serversDownPanel } from '../watched-server.ts';

const STAT = { type: 'stat', width: 4, height: 4 } as const;

/** The answer at a glance: whether the caches help. */
export function overview(caches: Scope, { cache }: Thresholds): Row {
  return {
    panels: [
      {
        ...STAT,
        id: 2,
        title: 'Hit rate, all caches',
        description: 'Share of all lookups that found their key, in any tier, all caches of the applications together.',
        unit: 'percentunit',
        decimals: 0,
        sparkline: true,
        noValue: 'no lookups',
        marks: [
          { from: 0, colour: 'red' },
          { from: cache.hitRatio, colour: 'green' },
        ],
        queries: [{ expr: hitRatio(caches, ''), legend: 'hits' }],
      },
      {
        ...STAT,
        id: 3,
        title: 'Lookups',
        description: 'Lookups a second in all caches of the applications.',
        unit: 'ops',
        sparkline: true,
        queries: [{ expr: asked(caches, ''), legend: 'lookups' }],
      },
      {
        ...STAT,
        id: 4,
        title: 'Errors in time range',
        description: 'Operations that failed in the whole time range. It should be 0.',
        unit: 'none',
        decimals: 0,
        marks: [{ from: 1, colour: 'red' }],
        queries: [
          { expr: cacheErrors({ ...caches, window: '$__range' }, 'increase', ''), legend: 'errors', instant: true },
        ],
      },
      {
        ...STAT,
        id: 5,
        title: 'Evictions, all caches',
        description: 'Entries a second that were thrown out to make room, in caches that tell.',
        unit: 'cps',
        sparkline: true,
        noValue: 'not told',
        queries: [
          {
            expr: evictionRate(caches, ''),
            legend: 'evictions',
            emptyIsHealthy: 'only some libraries count evictions',
          },
        ],
      },
      {
        ...STAT,
        id: 6,
        title: 'Fullest server',
        description:
          'Share of its memory limit that the fullest Redis or memcached uses. At 100 % it evicts, or refuses.',
        unit: 'percentunit',
        decimals: 0,
        sparkline: true,
        noValue: 'no limit',
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `max(${redisMemoryShare(caches)} or ${memcachedMemoryShare(caches)})`, legend: 'memory' }],
      },
      {
        ...STAT,
        id: 7,
        ...serversDownPanel(
          caches,
          ['redis', 'memcached'],
          'Redis and memcached servers that did not answer the last look at them.',
        ),
      },
      {
        id: 8,
        type: 'text',
        title: 'What to look for',
        description: 'How to read this dashboard.',
        width: 24,
        height: 4,
        markdown:
          '**A hit rate that fell with evictions**: the cache has become too small for what is asked. **Without evictions**: keys have changed, expire too soon or are deleted too often. Errors with a server that is up are mostly timeouts: look at its CPU and its clients.\n\nThe caches of the applications are seen from inside, Redis and memcached from beside: their figures are those of all their clients. A server that two sidecars watch is there twice.',
      },
    ],
  };
}
