import { showValue } from '../../config/show-value.ts';
import { RequestError } from '../../http/request-error.ts';
import type { SessionView, StoreView } from '../../store/store.ts';
import { countingSessions } from './counting-sessions.ts';

/** The applications that an answer is about. */
export interface Selection extends Pick<StoreView, 'sessions' | 'services' | 'live' | 'seen'> {
  /** Those of all sessions whose latency histograms count requests that no other session counts. */
  readonly counting: ReadonlySet<SessionView>;
}

// More would be a list that nobody reads in an error.
const NAMED_SERVICES = 50;

/**
 * The services that a query asks for by `?service=`, given once or several times; sorted, and each once. None: all.
 *
 * @throws {RequestError} 404 that names the services there are
 */
export function servicesOf(query: URLSearchParams, store: StoreView): readonly string[] {
  const asked = [...new Set(query.getAll('service'))].toSorted();
  if (asked.length === 0) return asked;
  const there = new Set(namesOf(store));
  const unknown = asked.find((name) => !there.has(name));
  if (unknown !== undefined) throw new RequestError(404, `There is no service ${showValue(unknown)}: ${list(there)}.`);
  return asked;
}

/** Everything of some services; of all if none is named. One that is gone has nothing. */
export function select(store: StoreView, names: readonly string[]): Selection {
  const { sessions, services, live, seen } = store;
  const all = { sessions, services, live, seen, counting: new Set(countingSessions(sessions)) };
  return names.length === 0 ? all : only(all, names);
}

/** What of a selection is of some services. */
function only(selection: Selection, names: readonly string[]): Selection {
  const of = new Set(names);
  const isOf = ({ service }: { readonly service: string }): boolean => of.has(service);
  return narrowed(selection, selection.sessions.filter(isOf), selection.services.filter(isOf));
}

/** A selection for each service of a selection, by name. */
export function byService(selection: Selection): ReadonlyMap<string, Selection> {
  const sessions = Map.groupBy(selection.sessions, ({ service }) => service);
  const services = Map.groupBy(selection.services, ({ service }) => service);
  return new Map(
    namesOf(selection).map((name) => [name, narrowed(selection, sessions.get(name) ?? [], services.get(name) ?? [])]),
  );
}

function narrowed(
  { seen, counting }: Selection,
  sessions: Selection['sessions'],
  services: Selection['services'],
): Selection {
  return { sessions, services, live: sessions.filter(({ state }) => state === 'live').length, seen, counting };
}

/** The names of all services of a selection, sorted. */
function namesOf({ sessions, services }: Pick<StoreView, 'sessions' | 'services'>): readonly string[] {
  return [...new Set([...sessions, ...services].map(({ service }) => service))].toSorted();
}

function list(names: ReadonlySet<string>): string {
  if (names.size === 0) return 'no process has pushed yet';
  const shown = [...names].slice(0, NAMED_SERVICES).map(showValue).join(', ');
  const more = names.size - NAMED_SERVICES;
  return `the services are ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
