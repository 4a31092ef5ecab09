import type { Application } from './application.ts';
import { total } from './readings.ts';
import { until } from './until.ts';

/** Waits until every request that reached the server has ended, as the recorder sees it, and no more than 5 s. */
export async function allEnded(application: Application, expected: number = application.received()): Promise<void> {
  const ended = (): number => total(application.observer, 'http.server.request.outcomes');
  await until(
    () => ended() >= expected,
    () => `${expected} requests ended, ${ended()} did`,
  );
}
