import { RequestError } from '../../http/request-error.ts';
import { json } from '../outlet.ts';
import type { Answer } from '../outlet.ts';

/**
 * The answer of a path of the API: what `make` returns, or where it throws a {@link RequestError} its status and
 * `{"error": "..."}`, the one shape of errors here.
 */
export function apiAnswer(make: () => object): Answer {
  try {
    return json(make());
  } catch (error) {
    if (error instanceof RequestError) return apiError(error.status, error.message);
    throw error;
  }
}

/** The answer to a request that cannot be served. */
export function apiError(status: number, message: string): Answer {
  return { ...json({ error: message }), status };
}
