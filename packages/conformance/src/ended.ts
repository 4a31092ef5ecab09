import type { Application } from './application.ts';
import { total } from './readings.ts';

/** Waits until every request that reached the server has ended, as the recorder sees it, and no more than 5 s. */
export async function allEnded(application: Application, expected: number = application.received()): Promise<void> {
  const deadline = performance.now() + 5000;
  while (total(application.observer, 'http.server.request.outcomes') < expected) {
    if (performance.now() > deadline) {
      const ended = total(application.observer, 'http.server.request.outcomes');
      throw new Error(`${ended} of ${expected} requests ended within 5 s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
