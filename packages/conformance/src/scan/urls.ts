import type { Random } from '../soak/random.ts';
import { RAW_PREFIX, urlOf } from './routes.ts';

// One request of the application's own users in so many of the scanner's.
const EVERY = 20;

/** What a scan asked for. */
export interface Asked {
  /** URLs that are no route's. */
  unmatched: number;
  /** URLs that the option `route` made routes of. */
  raw: number;
  /** Requests of the registered routes, by route. */
  readonly used: Record<string, number>;
}

/** Nothing asked for yet. */
export function nothingAsked(): Asked {
  return { unmatched: 0, raw: 0, used: {} };
}

/**
 * Distinct URLs as a scanner tries them: anywhere, below registered prefixes, and where each becomes a route; in between
 * users ask for the routes that are theirs.
 *
 * @param from number of the first: numbers make the URLs distinct
 */
export function* scanUrls(
  { from, count, random, routes }: { from: number; count: number; random: Random; routes: readonly string[] },
  asked: Asked,
): Generator<string> {
  for (let at = from; at < from + count; at++) {
    if (at % EVERY === 0) yield* use([random.of(routes)], at, asked);
    const word = random.below(2 ** 30).toString(36);
    switch (random.below(4)) {
      case 0:
        asked.raw++;
        yield `${RAW_PREFIX}${word}/${at}`;
        break;
      case 1:
        asked.unmatched++;
        yield `${urlOf(random.of(routes), at)}/${word}?q=${at}`;
        break;
      default:
        asked.unmatched++;
        yield `/${word}/${at}.php`;
    }
  }
}

/** One request of each route. */
export function* use(routes: readonly string[], id: number, asked: Asked): Generator<string> {
  for (const route of routes) {
    asked.used[route] = (asked.used[route] ?? 0) + 1;
    yield urlOf(route, id);
  }
}
