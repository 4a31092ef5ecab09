import { channel } from 'node:diagnostics_channel';
import { Observer, OutriderError, getObserver as getProcessObserver } from '@outrider/core';
import { createPool } from 'generic-pool';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { getObserver, readers } from '../src/index.ts';

const FACTORY = { create: async () => ({}), destroy: async () => {} };

/** What an observer tells of one metric: `label values -> value`. */
function read(observer: Observer, name: string): Record<string, number> {
  const found: Record<string, number> = {};
  let current = '';
  observer.collect({
    metric: (definition) => {
      current = definition.name;
    },
    number: (attributes, value) => {
      if (current === name) found[Object.values(attributes.values).join(' ')] = value;
    },
    histogram: () => {},
    exponential: () => {},
  });
  return found;
}

function newObserver(): Observer {
  const observer = new Observer({ push: false, runtime: false });
  observer.addReaders(readers);
  return observer;
}

describe('the readers', () => {
  // The first, since what is subscribed to is so for the process.
  it('touch nothing where the observer is off', () => {
    const observer = new Observer({ environment: { OTEL_SDK_DISABLED: 'true' } });
    observer.addReaders(readers);
    const pool = new Pool({ max: 7 });
    const printers = createPool(FACTORY, { max: 3 });
    const [cache, entries] = [new LRUCache({ max: 5 }), new Keyv()];
    const parts = (): unknown[] =>
      [pool, printers, cache, entries].map((target) => [Object.keys(target), Reflect.ownKeys(target)]);
    const before = parts();
    observer.pool(pool, { name: 'orders', timings: true });
    observer.pool(printers, { name: 'printers', timings: true });
    observer.cache(cache, { name: 'products' });
    observer.cache(entries, { name: 'entries' });
    expect(parts()).toEqual(before);
    expect([pool.listenerCount('release'), pool.listenerCount('connect')]).toEqual([0, 0]);
    expect(channel('lru-cache:metrics').hasSubscribers).toBe(false);
    expect(() => observer.pool({}, { name: 'wrong' })).toThrow('pg, generic-pool');
  });

  it('make the libraries known to an observer', () => {
    const observer = newObserver();
    const cache = new LRUCache<string, number>({ max: 5 });
    observer.pool(new Pool({ max: 7 }), { name: 'orders' });
    observer.pool(createPool(FACTORY, { max: 3 }), { name: 'printers' });
    observer.cache(cache, { name: 'products' });
    cache.set('a', 1);
    cache.get('a');
    cache.get('b');

    expect(read(observer, 'db.client.connection.limit')).toEqual({ orders: 7, printers: 3 });
    expect(read(observer, 'cache.operations')).toEqual({
      'products get hit': 1,
      'products get miss': 1,
      'products set ok': 1,
      'products delete ok': 0,
      'products error': 0,
    });
    expect(read(observer, 'cache.enabled')).toEqual({ products: 1 });
    // What lru-cache tells nobody is not there.
    expect(read(observer, 'cache.evictions')).toEqual({});
    expect(read(observer, 'cache.size')).toEqual({});
  });

  it('take no object for what it is not, and name what they know', () => {
    const observer = newObserver();
    expect(() => observer.pool(new LRUCache({ max: 5 }), { name: 'wrong' })).toThrow(OutriderError);
    expect(() => observer.pool({}, { name: 'wrong' })).toThrow('pg, generic-pool');
    expect(() => observer.cache(new Map(), { name: 'wrong' })).toThrow('lru-cache');
  });

  it('come with the observer of the process, once', () => {
    expect(getObserver()).toBe(getObserver());
    expect(getObserver()).toBe(getProcessObserver());
  });
});
