import type { Kind } from './kind.ts';
import { shown } from './shown.ts';
import { time } from './time.ts';

const MOST = 64;
const FORM = `a list of 1 to ${MOST} times, ascending, such as [50ms, 100ms, 1s]`;

// Shorter than what can be measured, and longer than anybody waits for a response.
const bound = time(1e-6, 86_400);

/** Upper bounds of buckets, ascending. */
export const bounds: Kind<readonly number[]> = {
  form: FORM,
  read: (given) => {
    if (!Array.isArray(given)) throw new Error(`must be ${FORM}`);
    if (given.length === 0 || given.length > MOST) throw new Error(`has ${given.length} times, and must be ${FORM}`);
    const found = given.map(readBound);
    const late = found.findIndex((one, index) => one <= (found[index - 1] ?? 0));
    if (late > 0) throw new Error(`must be ascending, and has ${given[late]} behind ${given[late - 1]}`);
    return found;
  },
  write: (values) => values.map((one) => bound.write(one)),
  schema: { type: 'array', minItems: 1, maxItems: MOST, uniqueItems: true, items: bound.schema },
};

function readBound(given: unknown): number {
  try {
    return bound.read(given);
  } catch (error) {
    throw new Error(`has ${shown(given)}, which ${(error as Error).message}`, { cause: error });
  }
}
