import type { SessionView } from '../../store/store.ts';
import { appReason, attribute, numberPoints } from './app-points.ts';
import { percent, section, sum, values } from './figures.ts';
import type { Figure, Section, Values } from './figures.ts';
import { listed } from './listed.ts';
import type { Selection } from './selection.ts';

type CacheFigures = Record<
  'hits' | 'misses' | 'sets' | 'deletes' | 'errors' | 'total_reads' | 'hit_rate_percent',
  Figure<number>
> & { readonly enabled: Figure<boolean> };

/** The cache of one name in one service: everything together, each of its tiers, and each of its workers. */
type NamedCache = { readonly service: string; readonly name: string } & Section<CacheFigures> & {
    /** None if the cache has no tiers. */
    readonly tiers: ReadonlyArray<{ readonly tier: string } & Values<CacheFigures>>;
    readonly workers: ReadonlyArray<{ readonly worker: number } & Values<CacheFigures>>;
  };

/** The eight figures of all caches together, and those of each. */
export type CacheSection = Section<CacheFigures> & {
  readonly caches: readonly NamedCache[];
  /** How many there are beside them, if any. */
  readonly caches_left_out?: number;
};

type Counter = 'hits' | 'misses' | 'sets' | 'deletes' | 'errors';

interface Reading {
  readonly name: string;
  readonly tier: string | undefined;
  readonly session: SessionView;
  readonly counts: { -readonly [Key in Counter]?: number };
  enabled?: boolean;
}

/**
 * The section `cache`. A total adds up the caches that report the figure, and each tier is one: what the first does not
 * have is a miss there and a read of the next. Enabled if one of them is.
 */
export function cacheSection(selection: Selection): CacheSection {
  const readings = readCaches(selection.sessions);
  const none = readings.length === 0 ? appReason(selection, 'no cache is registered') : undefined;
  const byName = Map.groupBy(readings, ({ name, session }) => JSON.stringify([session.service, name]));
  const { first, leftOut } = listed(byName.values());
  return {
    ...section(together(readings, none)),
    ...(leftOut > 0 && { caches_left_out: leftOut }),
    caches: first.flatMap((named) =>
      named.slice(0, 1).map(({ name, session: { service } }) => ({
        service,
        name,
        ...section(together(named)),
        tiers: tiersOf(named),
        workers: [...Map.groupBy(named, ({ session }) => session.worker)].map(([worker, of]) => ({
          worker,
          ...values(together(of)),
        })),
      })),
    ),
  };
}

function tiersOf(readings: readonly Reading[]): NamedCache['tiers'] {
  return [...Map.groupBy(readings, ({ tier }) => tier)].flatMap(([tier, of]) =>
    tier === undefined ? [] : [{ tier, ...values(together(of)) }],
  );
}

const COUNTERS: readonly Counter[] = ['hits', 'misses', 'sets', 'deletes', 'errors'];

/** @param none why there is nothing if there are no caches */
function together(readings: readonly Reading[], none?: string): CacheFigures {
  const counts: Reading['counts'] = {};
  for (const key of COUNTERS) {
    const total = sum(readings.map((reading) => reading.counts[key]));
    if (total !== undefined) counts[key] = total;
  }
  const states = readings.flatMap(({ enabled }) => (enabled === undefined ? [] : [enabled]));
  const enabled = states.length === 0 ? undefined : states.includes(true);
  const { hits, misses } = counts;
  const reads = sum([hits, misses]);
  const counter = (key: Counter): Figure<number> => [counts[key], none ?? `no cache reports ${key}`];
  return {
    enabled: [enabled, none ?? 'no cache reports whether it is in use'],
    hits: counter('hits'),
    misses: counter('misses'),
    sets: counter('sets'),
    deletes: counter('deletes'),
    errors: counter('errors'),
    total_reads: [reads, none ?? 'no cache reports reads'],
    hit_rate_percent: [
      // Only hits, or only misses, make no rate.
      hits !== undefined && misses !== undefined && hits + misses > 0 ? percent(hits / (hits + misses)) : undefined,
      none ?? (reads === 0 ? 'no reads yet' : 'no cache reports both hits and misses'),
    ],
  };
}

function readCaches(sessions: readonly SessionView[]): Reading[] {
  const readings = new Map<SessionView, Map<string, Reading>>();
  const read = (metric: string, note: (reading: Reading, value: number, of: (name: string) => string) => void) => {
    for (const { session, point } of numberPoints(sessions, metric)) {
      const of = (key: string) => attribute(point.attributes, key) ?? '';
      const name = of('cache.name') || 'unnamed';
      const tier = of('cache.tier') || undefined;
      const ofSession = readings.get(session) ?? new Map<string, Reading>();
      readings.set(session, ofSession);
      const key = JSON.stringify([name, tier]);
      const reading: Reading = ofSession.get(key) ?? { name, tier, session, counts: {} };
      ofSession.set(key, reading);
      note(reading, point.value, of);
    }
  };
  read('cache.operations', ({ counts }, value, of) => {
    const counter = counterOf(of('cache.operation'), of('cache.result'));
    if (counter !== undefined) counts[counter] = (counts[counter] ?? 0) + value;
  });
  read('cache.enabled', (reading, value) => {
    reading.enabled = value !== 0;
  });
  return [...readings.values()].flatMap((ofSession) => [...ofSession.values()]);
}

function counterOf(operation: string, result: string): Counter | undefined {
  if (result === 'error') return 'errors';
  if (operation === 'get') return result === 'hit' ? 'hits' : result === 'miss' ? 'misses' : undefined;
  if (result !== 'ok') return undefined;
  return operation === 'set' ? 'sets' : operation === 'delete' ? 'deletes' : undefined;
}
