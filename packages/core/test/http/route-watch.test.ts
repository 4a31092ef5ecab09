import { afterEach, describe, expect, test } from 'vitest';
import { RouteWatch } from '../../src/http/route-watch.ts';

const warnings: Error[] = [];
const listener = (warning: Error): void => void warnings.push(warning);
process.on('warning', listener);

afterEach(() => {
  warnings.length = 0;
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('RouteWatch', () => {
  test('one route is enough: it never warns', async () => {
    const watch = new RouteWatch();
    for (let at = 0; at < 99; at++) watch.missed();
    watch.seen();
    for (let at = 0; at < 1000; at++) watch.missed();
    await turn();
    expect(warnings).toEqual([]);
  });

  test('a hundred requests without a route: it warns once, and says what to do', async () => {
    const watch = new RouteWatch();
    for (let at = 0; at < 99; at++) watch.missed();
    await turn();
    expect(warnings).toEqual([]);
    for (let at = 0; at < 1000; at++) watch.missed();
    await turn();
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringMatching(/Outrider must come first/)]);
  });
});
