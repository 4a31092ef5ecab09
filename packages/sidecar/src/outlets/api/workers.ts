import type { SessionState } from '../../store/session.ts';
import type { SessionView } from '../../store/store.ts';
import { attribute, numberPoints, valuesOf } from './app-points.ts';
import { section, sum } from './figures.ts';
import type { Figure, Section } from './figures.ts';
import { endedRequests } from './http.ts';
import { processFigures } from './runtime.ts';
import type { ProcessFigures } from './runtime.ts';
import type { Selection } from './selection.ts';

/** What a worker slot shows: the process that has it, and what all that had it counted. */
type Slot = { readonly worker: number; readonly state: SessionState } & Section<
  ProcessFigures & Record<'requests_total' | 'active_requests', Figure<number>>
>;

/** The processes of a service. */
export type WorkersSection = Section<
  Record<'live' | 'silent' | 'restarts', Figure<number>> & {
    /** Processes that ended, by reason. */
    readonly exits: Figure<Readonly<Record<string, number>>>;
  }
> & { readonly slots: readonly Slot[] };

/** The processes of a service together, and each worker slot. */
export function workersSection({ services, sessions, seen, counting }: Selection): WorkersSection {
  const uncounted = 'the sidecar has not counted any';
  const workers = (state: string): Figure<number> => {
    const points = numberPoints(services, 'app.workers');
    return [sum(valuesOf(points.filter(({ point }) => attribute(point.attributes, 'state') === state))), uncounted];
  };
  const exits = numberPoints(services, 'app.process.exits').map(
    ({ point }) => [attribute(point.attributes, 'reason') ?? 'unknown', point.value] as const,
  );
  return {
    ...section({
      live: workers('live'),
      silent: workers('silent'),
      restarts: [sum(valuesOf(numberPoints(services, 'app.process.restarts'))), uncounted],
      exits: [exits.length === 0 ? undefined : Object.fromEntries(exits), uncounted],
    }),
    slots: sessions.map((session) => slot(session, seen, counting.has(session))),
  };
}

function slot(session: SessionView, seen: boolean, isCounting: boolean): Slot {
  const { worker, state } = session;
  const process = { sessions: [session], seen, live: state === 'live' ? 1 : 0 };
  const { unreported, uncounted } = REASONS;
  return {
    worker,
    state,
    ...section({
      ...processFigures(process),
      requests_total: [isCounting ? endedRequests(session) : undefined, isCounting ? unreported : uncounted],
      active_requests: [sum(valuesOf(numberPoints([session], 'http.server.active_requests'))), unreported],
    }),
  };
}

const REASONS = {
  unreported: 'it does not report any',
  uncounted: 'another push of the same process counts them',
};
