import type { SessionView } from '../../store/store.ts';
import { attribute, numberPoints } from './app-points.ts';

/**
 * The sessions whose latency histograms count requests that no other session counts.
 *
 * A process may push twice: Outrider's own push, and a reader of OpenTelemetry's SDK, which is another session here. If
 * instrumentation-http is in it, both count the same requests. Those of the push, which has the outcomes, are counted.
 */
export function countingSessions(sessions: readonly SessionView[]): readonly SessionView[] {
  const withOutcomes = new Set(sessions.filter(hasOutcomes));
  const processes = new Set([...withOutcomes].map(processKey));
  return sessions.filter((session) => {
    const key = processKey(session);
    return withOutcomes.has(session) || key === undefined || !processes.has(key);
  });
}

function hasOutcomes(session: SessionView): boolean {
  return numberPoints([session], 'http.server.request.outcomes').length > 0;
}

function processKey({ resource }: SessionView): string | undefined {
  const host = attribute(resource, 'host.name');
  const pid = attribute(resource, 'process.pid');
  return host && pid ? JSON.stringify([host, pid]) : undefined;
}
