import { setTimeout as delay } from 'node:timers/promises';

// As often as a log takes an entry.
const PACE_MS = 110;

/** Does one thing after the other, slowly enough for each to be logged. */
export async function oneByOne(steps) {
  for (const step of steps) {
    await step();
    await delay(PACE_MS);
  }
}

/** What is to fail, and to say the secret when it does. */
export function failing(run, says = 's3cr3t') {
  return async () => {
    const error = await Promise.resolve()
      .then(run)
      .then(
        () => undefined,
        (thrown) => thrown,
      );
    if (error === undefined) throw new Error(`did not fail: ${run}`);
    const text = `${error.message} ${error.detail} ${error.cause?.message} ${error.sql} ${error.command?.args}`;
    if (!text.includes(says)) throw new Error(`does not say ${says}: ${run}: ${text}`, { cause: error });
  };
}
