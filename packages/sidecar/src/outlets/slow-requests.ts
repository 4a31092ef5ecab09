import { showValue } from '../config/show-value.ts';
import type { Snapshot } from '../snapshot.ts';
import type { TimeParts } from '../slow-request.ts';
import type { SessionView } from '../store/store.ts';
import { appReason } from './api/app-points.ts';
import { section } from './api/figures.ts';
import type { Figure } from './api/figures.ts';
import { json, plainText } from './outlet.ts';
import type { OutletFactory } from './outlet.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/**
 * `/api/v1/slow-requests`: the last slow requests of every process, newest first; `?limit=` says how many at the most.
 * Null, with the reason, where no process tells any.
 */
export const slowRequestsOutlet: OutletFactory = () => ({
  description: 'the last slow requests of all processes as JSON (?limit=100)',
  answer(snapshot, { query }) {
    const limit = limitOf(query);
    if (typeof limit === 'string') return plainText(400, `${limit}\n`);
    return json({
      timestamp: snapshot.time.toISOString(),
      ...section({ slow_requests: slowRequests(snapshot, limit) }),
    });
  },
});

/** The limit, or what is wrong with the query. */
function limitOf(query: URLSearchParams): number | string {
  const unknown = [...query.keys()].find((name) => name !== 'limit');
  if (unknown !== undefined) return `There is no parameter ${showValue(unknown)}: the parameters are limit.`;
  const [given = String(DEFAULT_LIMIT), another] = query.getAll('limit');
  const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (another === undefined && limit >= 1 && limit <= MAX_LIMIT) return limit;
  const value = another === undefined ? showValue(given) : 'several values';
  return `limit is ${value}: expected one whole number from 1 to ${MAX_LIMIT}.`;
}

type ShownRequest = Readonly<Record<string, string | number | TimeParts | null>>;

function slowRequests({ instance, store }: Snapshot, limit: number): Figure<readonly ShownRequest[]> {
  const telling = store.sessions.filter((session) => session.slowRequests !== undefined);
  const reason = appReason(store, 'no process tells its slow requests');
  if (telling.length === 0) return [undefined, reason];
  const all = telling.flatMap((session) => shown(instance, session));
  return [
    all
      .toSorted((a, b) => b.ended - a.ended)
      .map(({ request }) => request)
      .slice(0, limit),
    reason,
  ];
}

function shown(
  instance: string,
  { service, worker, slowRequests: requests = [] }: SessionView,
): ReadonlyArray<{ readonly ended: number; readonly request: ShownRequest }> {
  return requests.map((slow) => ({
    ended: Date.parse(slow.time),
    request: {
      time: slow.time,
      service,
      instance,
      worker,
      method: slow.method,
      route: slow.route,
      status: slow.status ?? null,
      outcome: slow.outcome,
      duration_ms: slow.duration_ms,
      first_byte_ms: slow.first_byte_ms ?? null,
      request_id: slow.request_id ?? null,
      trace_id: slow.trace_id ?? null,
      span_id: slow.span_id ?? null,
      parts: slow.parts ?? null,
    },
  }));
}
