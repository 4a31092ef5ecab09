import { expect, test } from 'vitest';
import { measureRecorder } from '../../src/allocations/round.ts';

const counts = { records: 20_000, rounds: 1, seed: 1 };

// What Node.js itself allocates in between is a few kilobytes in all; one object a record would be 32 bytes, one boxed
// number 16.
test('recording a request allocates nothing once its series exists', { timeout: 60_000 }, async () => {
  const { grown, sampled } = await measureRecorder('outrider, requests made', { counts, environment: process.env });
  expect(grown / counts.records).toBeLessThan(2);
  expect(sampled / counts.records).toBeLessThan(4);
});

test('what another recorder allocates is seen', { timeout: 60_000 }, async () => {
  const { grown, sampled } = await measureRecorder('prom-client', { counts, environment: process.env });
  expect(grown / counts.records).toBeGreaterThan(100);
  expect(Math.abs(sampled / grown - 1)).toBeLessThan(0.2);
});
