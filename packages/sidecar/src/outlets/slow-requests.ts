import type { TimeParts } from '../slow-request.ts';
import type { SessionView } from '../store/store.ts';
import { apiAnswer } from './api/answer.ts';
import { appReason } from './api/app-points.ts';
import { section } from './api/figures.ts';
import type { Figure } from './api/figures.ts';
import { expectParameters, limitOf } from './api/parameters.ts';
import { select, servicesOf } from './api/selection.ts';
import type { Selection } from './api/selection.ts';
import type { OutletFactory } from './outlet.ts';

/**
 * `/api/v1/slow-requests`: the last slow requests of every process, newest first; `?limit=` says how many at the most,
 * `?service=` of which applications. Null, with the reason, where no process tells any.
 */
export const slowRequestsOutlet: OutletFactory = () => ({
  description: 'the last slow requests of all processes as JSON (?limit=100, ?service=name)',
  answer: (snapshot, { query }) =>
    apiAnswer(() => {
      expectParameters(query, ['limit', 'service']);
      const limit = limitOf(query);
      const selection = select(snapshot.store, servicesOf(query, snapshot.store));
      return {
        timestamp: snapshot.time.toISOString(),
        ...section({ slow_requests: slowRequests(snapshot.instance, selection, limit) }),
      };
    }),
});

type ShownRequest = Readonly<Record<string, string | number | TimeParts | null>>;

function slowRequests(instance: string, selection: Selection, limit: number): Figure<readonly ShownRequest[]> {
  const telling = selection.sessions.filter((session) => session.slowRequests !== undefined);
  const reason = appReason(selection, 'no process tells its slow requests');
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
