import { getObserver as getProcessObserver } from '@outrider/core';
import type { Observer } from '@outrider/core';
import { readers } from './registry.ts';

export { genericPool } from './generic-pool.ts';
export { lruCache } from './lru-cache.ts';
export { pgPool } from './pg.ts';
export { readers } from './registry.ts';

/**
 * The observer of this process, with every reader of this package, so that `pool` and `cache` know the libraries.
 *
 * @example
 * const observer = getObserver();
 * observer.pool(new pg.Pool(), { name: 'orders' });
 * observer.cache(new LRUCache({ max: 500 }), { name: 'products' });
 */
export function getObserver(): Observer {
  const observer = getProcessObserver();
  observer.addReaders(readers);
  return observer;
}
