import type { Snapshot } from '../../snapshot.ts';
import type { SessionView } from '../../store/store.ts';
import { appReason, attribute, numberPoints } from './app-points.ts';
import { percent, section, sum, values } from './figures.ts';
import type { Figure, Section, Values } from './figures.ts';

type CacheFigures = Record<
  'hits' | 'misses' | 'sets' | 'deletes' | 'errors' | 'total_reads' | 'hit_rate_percent',
  Figure<number>
> & { readonly enabled: Figure<boolean> };

/** The eight figures of all caches together, and each cache (and tier of one) of each worker. */
export type CacheSection = Section<CacheFigures> & {
  readonly caches: ReadonlyArray<
    {
      readonly name: string;
      readonly tier: string | null;
      readonly service: string;
      readonly worker: number;
    } & Values<CacheFigures>
  >;
};

type Counter = 'hits' | 'misses' | 'sets' | 'deletes' | 'errors';

interface Reading {
  readonly name: string;
  readonly tier: string | null;
  readonly session: SessionView;
  readonly counts: { -readonly [Key in Counter]?: number };
  enabled?: boolean;
}

/**
 * The section `cache`. A total adds up the caches that report the figure, and each tier is one: what the first does not
 * have is a miss there and a read of the next. Enabled if one of them is.
 */
export function cacheSection({ store }: Snapshot): CacheSection {
  const readings = readCaches(store.sessions);
  const none = appReason(store, 'no cache is registered');
  const counts: Reading['counts'] = {};
  for (const key of COUNTERS) {
    const total = sum(readings.map((reading) => reading.counts[key]));
    if (total !== undefined) counts[key] = total;
  }
  const states = readings.flatMap(({ enabled }) => (enabled === undefined ? [] : [enabled]));
  const enabled = states.length === 0 ? undefined : states.includes(true);
  return {
    ...section(figures(counts, enabled, readings.length === 0 ? none : undefined)),
    caches: readings.map((reading) => ({
      name: reading.name,
      tier: reading.tier,
      service: reading.session.service,
      worker: reading.session.worker,
      ...values(figures(reading.counts, reading.enabled, undefined)),
    })),
  };
}

const COUNTERS: readonly Counter[] = ['hits', 'misses', 'sets', 'deletes', 'errors'];

function figures(counts: Reading['counts'], enabled: boolean | undefined, none: string | undefined): CacheFigures {
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
      const tier = of('cache.tier') || null;
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
