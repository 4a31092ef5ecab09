import { showValue } from '../../config/show-value.ts';
import { RequestError } from '../../http/request-error.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/**
 * Refuses what a path does not know, so that a misspelt parameter is not an answer to another question.
 *
 * @throws {RequestError} 400 that names the first unknown parameter and those there are
 */
export function expectParameters(query: URLSearchParams, known: readonly string[]): void {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new RequestError(400, `There is no parameter ${showValue(unknown)}: the parameters are ${known.join(', ')}.`);
}

/**
 * How many entries a list may have: `?limit=`, 1 to 1000, else 100.
 *
 * @throws {RequestError} 400 that says what was given
 */
export function limitOf(query: URLSearchParams): number {
  const [given = String(DEFAULT_LIMIT), another] = query.getAll('limit');
  const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (another === undefined && limit >= 1 && limit <= MAX_LIMIT) return limit;
  const value = another === undefined ? showValue(given) : 'several values';
  throw new RequestError(400, `limit is ${value}: expected one whole number from 1 to ${MAX_LIMIT}.`);
}
