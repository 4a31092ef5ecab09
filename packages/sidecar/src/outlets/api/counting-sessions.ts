import type { SessionView } from '../../store/store.ts';
import { numberPoints } from './app-points.ts';

/**
 * The sessions whose latency histograms count requests that no other session counts.
 *
 * A process may push twice: Outrider's own push, and a reader of OpenTelemetry's SDK, which is another session here. If
 * instrumentation-http is in it, both count the same requests. Those of the push, which has the outcomes, are counted.
 */
export function countingSessions(sessions: readonly SessionView[]): readonly SessionView[] {
  const withOutcomes = new Set(sessions.filter(hasOutcomes));
  const processes = new Set([...withOutcomes].flatMap((session) => session.processes));
  return sessions.filter(
    (session) => withOutcomes.has(session) || !session.processes.some((process) => processes.has(process)),
  );
}

function hasOutcomes(session: SessionView): boolean {
  return numberPoints([session], 'http.server.request.outcomes').length > 0;
}
