import { getObserver } from '@outrider/core';

/** The options of the middleware, by the variant that the test asks for. */
export function options() {
  switch (process.env.VARIANT) {
    case 'route-of-url':
      // The worst use of the option: each URL of a scan is a route of its own.
      return { route: (request) => (request.url.startsWith('/scan/') ? request.url : undefined) };
    case 'slow':
      // Every request is slow, and the log is what the application prints.
      return { slowMs: 0 };
    case 'everything':
      register(getObserver());
      return { labels: failing };
    default:
      return {};
  }
}

function failing() {
  throw new Error('planned');
}

function register(observer) {
  const pool = { used: 3, idle: 1, pending: 2, limit: 10, idleMin: 1 };
  observer.pool(() => pool, { name: 'orders' });
  const cache = {
    hits: 6,
    misses: 2,
    sets: 2,
    deletes: 1,
    errors: 0,
    evictions: 1,
    entries: 1,
    maxEntries: 5,
    bytes: 9,
  };
  observer.cache(() => cache, { name: 'products', tier: 'memory' });
}
