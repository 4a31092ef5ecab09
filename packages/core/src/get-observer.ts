import { flushAtEnd } from './flush-at-end.ts';
import { Observer } from './observer.ts';
import { Threads } from './threads.ts';
import { VERSION } from './version.ts';
import { warnOnce } from './warn.ts';

// On globalThis and versioned: two copies of the package in one process, or a module that a hot reload evaluates
// again, meet in the same observer.
const KEY = Symbol.for('outrider.observer.v1');

type Registry = typeof globalThis & { [KEY]?: { readonly version: string; readonly observer: Observer } };

/**
 * The observer of this process, or of this thread where there are several; made, and its push started, at the first call.
 *
 * @example
 * import { getObserver } from '@outrider/core';
 * getObserver().cache(() => ({ hits, misses }), { name: 'users' });
 */
export function getObserver(): Observer {
  const registry = globalThis as Registry;
  let held = registry[KEY];
  if (held === undefined) {
    const threads = new Threads();
    held = { version: VERSION, observer: new Observer({ threads }) };
    registry[KEY] = held;
    if (held.observer.enabled) flushAtEnd(held.observer, threads);
  } else if (held.version !== VERSION) {
    warnOnce(`two versions of @outrider/core are loaded, ${held.version} and ${VERSION}; the first one observes`);
  }
  return held.observer;
}
