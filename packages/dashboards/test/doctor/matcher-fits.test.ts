import { expect, it } from 'vitest';
import { matcherFits } from '../../src/doctor/matcher-fits.ts';

it.each<[string, string, boolean]>([
  ['="a\\"b"', 'a"b', true],
  ['="a"', 'ab', false],
  ['!="a"', 'b', true],
  ['=~"shop-.*"', 'shop-1', true],
  ['=~"shop"', 'shop-1', false],
  ['=~"(?i)SHOP|x"', 'shop', true],
  ['=~"(?P<name>shop)"', 'shop', true],
  ['!~"shop-.*"', 'shop-1', false],
  ['=~"a.b"', 'a\nb', true],
])('%s of %j is %j', (test, value, fits) => {
  expect(matcherFits(test, value)).toBe(fits);
});
