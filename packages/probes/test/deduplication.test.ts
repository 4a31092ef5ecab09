import { Observer } from '@outrider/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { read, readMetric } from '../../conformance/src/readings.ts';
import { deduplication } from '../src/deduplication.ts';

let observer: Observer;

beforeEach(() => {
  observer = new Observer({ environment: {}, push: false, runtime: false });
});

function counts(name = 'products'): Record<string, number> {
  return Object.fromEntries(
    readMetric(observer, 'dedup.requests', { 'dedup.name': name }).map(({ attributes, value }) => [
      attributes['dedup.result'],
      value,
    ]),
  );
}

describe('deduplication', () => {
  it('does once what is asked for several times at once', async () => {
    const products = deduplication({ name: 'products', observer });
    expect(counts()).toEqual({ unique: 0, shared: 0 });
    let done = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = async (): Promise<number> => {
      done++;
      await promise;
      return done;
    };
    const asked = [products.run('a', work), products.run('a', work), products.run('b', work)];
    expect(asked[0]).toBe(asked[1]);
    expect(counts()).toEqual({ unique: 2, shared: 1 });
    resolve();
    await expect(Promise.all(asked)).resolves.toEqual([2, 2, 2]);
    await products.run('a', work);
    expect(done).toBe(3);
    expect(counts()).toEqual({ unique: 3, shared: 1 });
  });

  it('shares an error, untouched, and keeps nothing of it', async () => {
    const products = deduplication({ name: 'products', observer });
    const error = new Error('planned');
    const asked = [1, 2].map(() => products.run('a', () => Promise.reject(error)));
    for (const one of asked) await expect(one).rejects.toBe(error);
    await expect(products.run('a', () => 1)).resolves.toBe(1);
    expect(counts()).toEqual({ unique: 2, shared: 1 });
  });

  it('takes work that is not asynchronous', async () => {
    const products = deduplication({ name: 'products', observer });
    const error = new Error('planned');
    await expect(products.run('a', () => 1)).resolves.toBe(1);
    const failing = products.run('a', () => {
      throw error;
    });
    await expect(failing).rejects.toBe(error);
    await expect(products.run('a', () => 2)).resolves.toBe(2);
  });

  it('has it done again for who asks right after', async () => {
    const products = deduplication({ name: 'products', observer });
    const again = products.run('a', () => 1).then(() => products.run('a', () => 2));
    await expect(again).resolves.toBe(2);
    expect(counts()).toEqual({ unique: 2, shared: 0 });
  });

  it('leaves an error that nobody looks at unhandled, as it is without', async () => {
    const unhandled = Promise.withResolvers<unknown>();
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.once('unhandledRejection', unhandled.resolve);
    const error = new Error('planned');
    void deduplication({ name: 'products', observer }).run('a', () => Promise.reject(error));
    const seen = await unhandled.promise;
    for (const listener of others) process.on('unhandledRejection', listener);
    expect(seen).toBe(error);
  });

  it('counts for those who deduplicate themselves', () => {
    const products = deduplication({ name: 'products', observer });
    products.unique();
    products.shared();
    products.shared();
    expect(counts()).toEqual({ unique: 1, shared: 2 });
  });

  it('has one metric for all names, and counts on where a name comes again', () => {
    for (const name of ['products', 'products', 'orders']) deduplication({ name, observer }).unique();
    expect(counts('products')).toEqual({ unique: 2, shared: 0 });
    expect(counts('orders')).toEqual({ unique: 1, shared: 0 });
    expect(read(observer).filter(({ metric }) => metric === 'dedup.requests')).toHaveLength(4);
  });

  it('does not tell a key', async () => {
    const products = deduplication({ name: 'products', observer });
    await products.run('planted-secret', () => 1);
    await products.run('planted-secret', () => Promise.reject(new Error('planned'))).catch(() => {});
    expect(JSON.stringify(read(observer))).not.toContain('planted-secret');
  });

  it.each(['', 'a'.repeat(129), 7, undefined])('is not called %j', (name) => {
    expect(() => deduplication({ name: name as string, observer })).toThrow(
      expect.objectContaining({ code: 'OUTRIDER_OPTION' }),
    );
  });
});
