import { expect, test } from 'vitest';
import { paths } from '../../../src/overhead/load/paths.ts';

test('eight of ten paths are users, and each of a hundred users and orders is among them', () => {
  const users = paths.filter((path) => path.startsWith('/users/'));
  const orders = paths.filter((path) => path.startsWith('/api/orders/'));
  expect([users.length, orders.length, paths.length]).toEqual([800, 100, 1000]);
  expect([new Set(users).size, new Set(orders).size]).toEqual([100, 100]);
});
