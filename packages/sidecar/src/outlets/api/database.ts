import type { SessionView } from '../../store/store.ts';
import { appReason, attribute, numberPoints } from './app-points.ts';
import { greatest, percent, section, sum, values } from './figures.ts';
import type { Figure, Section, Values } from './figures.ts';
import { listed } from './listed.ts';
import type { Selection } from './selection.ts';

type PoolFigures = Record<
  'pool_size' | 'available' | 'active' | 'min_size' | 'max_size' | 'utilization_percent',
  Figure<number>
>;

/** The pool of one name in one service: its workers together, and each of them. */
type NamedPool = { readonly service: string; readonly name: string } & Section<PoolFigures> & {
    readonly workers: ReadonlyArray<{ readonly worker: number } & Values<PoolFigures>>;
  };

/** The six figures of all pools together, and those of each. */
export type DatabaseSection = Section<PoolFigures> & {
  readonly pools: readonly NamedPool[];
  /** How many there are beside them, if any. */
  readonly pools_left_out?: number;
};

interface Pool {
  readonly name: string;
  readonly session: SessionView;
  readonly figures: PoolFigures;
}

interface Reading {
  readonly name: string;
  readonly session: SessionView;
  used?: number;
  idle?: number;
  limit?: number;
  min?: number;
}

/**
 * The section `database`. A total adds up the pools that report the figure; the utilization is that of the fullest.
 */
export function databaseSection(selection: Selection): DatabaseSection {
  const pools = readPools(selection.sessions);
  const byName = Map.groupBy(pools, ({ name, session }) => JSON.stringify([session.service, name]));
  const { first, leftOut } = listed(byName.values());
  return {
    ...section(together(pools, appReason(selection, 'no pool is registered'))),
    ...(leftOut > 0 && { pools_left_out: leftOut }),
    pools: first.flatMap((named) =>
      named.slice(0, 1).map(({ name, session: { service } }) => ({
        service,
        name,
        ...section(together(named, '')),
        workers: named.map(({ session: { worker }, figures }) => ({ worker, ...values(figures) })),
      })),
    ),
  };
}

/** @param none why there is nothing if there are no pools */
function together(pools: readonly Pool[], none: string): PoolFigures {
  const total = (key: keyof PoolFigures, combine: typeof sum): Figure<number> => [
    combine(pools.map(({ figures }) => figures[key][0])),
    pools[0]?.figures[key][1] ?? none,
  ];
  return {
    pool_size: total('pool_size', sum),
    available: total('available', sum),
    active: total('active', sum),
    min_size: total('min_size', sum),
    max_size: total('max_size', sum),
    utilization_percent: total('utilization_percent', greatest),
  };
}

function readPools(sessions: readonly SessionView[]): Pool[] {
  const readings = new Map<SessionView, Map<string, Reading>>();
  const read = (
    metric: string,
    field: (state: string | undefined) => 'used' | 'idle' | 'limit' | 'min' | undefined,
  ) => {
    for (const { session, point } of numberPoints(sessions, metric)) {
      const key = field(attribute(point.attributes, 'db.client.connection.state'));
      if (key === undefined) continue;
      const name = attribute(point.attributes, 'db.client.connection.pool.name') ?? 'unnamed';
      const ofSession = readings.get(session) ?? new Map<string, Reading>();
      readings.set(session, ofSession);
      const reading: Reading = ofSession.get(name) ?? { name, session };
      ofSession.set(name, reading);
      reading[key] = (reading[key] ?? 0) + point.value;
    }
  };
  read('db.client.connection.count', (state) => (state === 'used' || state === 'idle' ? state : undefined));
  read('db.client.connection.limit', () => 'limit');
  read('db.client.connection.idle.min', () => 'min');
  return [...readings.values()].flatMap((ofSession) => [...ofSession.values()].map(pool));
}

function pool({ name, session, used, idle, limit, min }: Reading): Pool {
  const unlimited = 'the pool reports no limit';
  const uncounted = 'the pool does not report its connections in use';
  const bounded = used !== undefined && limit !== undefined;
  return {
    name,
    session,
    figures: {
      pool_size: [
        used === undefined || idle === undefined ? undefined : used + idle,
        used === undefined ? uncounted : 'the pool does not report its idle connections',
      ],
      available: [bounded ? limit - used : undefined, used === undefined ? uncounted : unlimited],
      active: [used, uncounted],
      min_size: [min, 'the pool reports no minimum'],
      max_size: [limit, unlimited],
      utilization_percent: [
        bounded && limit > 0 ? percent(used / limit) : undefined,
        used === undefined ? uncounted : unlimited,
      ],
    },
  };
}
