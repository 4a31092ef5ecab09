import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@outrider/dashboards';

const EVERY_MS = 500;

/**
 * Runs queries, and again those that have not found what they are to find, until all have.
 *
 * @param run runs some of them, in their order
 * @param isFound whether that is all that one is to find
 * @param timeoutMs when it gives up
 * @returns what became of each the last time
 */
export async function gather<Asked>(
  queries: readonly Asked[],
  run: (queries: readonly Asked[]) => Promise<ReadonlyArray<Outcome<Asked>>>,
  isFound: (outcome: Outcome<Asked>) => boolean,
  timeoutMs: number,
): Promise<ReadonlyArray<Outcome<Asked>>> {
  const deadline = performance.now() + timeoutMs;
  const found = new Map<Asked, Outcome<Asked>>();
  let missing = queries;
  for (;;) {
    for (const outcome of await run(missing)) found.set(outcome.asked, outcome);
    missing = queries.filter((query) => !isFound(found.get(query)!));
    if (missing.length === 0 || performance.now() > deadline) return queries.map((query) => found.get(query)!);
    await delay(EVERY_MS);
  }
}
