import { describe, expect, it } from 'vitest';
import { parseOrderRequest } from '../src/index.ts';

describe('parseOrderRequest', () => {
  it('takes an order', () => {
    expect(parseOrderRequest({ productId: 7, quantity: 1, note: 'ignored' })).toEqual({ productId: 7, quantity: 1 });
  });

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { productId: 7 },
    { productId: '7', quantity: 1 },
    { productId: 7, quantity: 0 },
    { productId: 7, quantity: 101 },
    { productId: 1.5, quantity: 1 },
    { productId: 2 ** 31, quantity: 1 },
  ])('refuses %j', (body) => {
    expect(parseOrderRequest(body)).toBeUndefined();
  });
});
