import { describe, expect, onTestFailed, test } from 'vitest';
import { FRAMEWORKS } from '../src/frameworks.ts';
import type { Framework } from '../src/framework.ts';
import { abortedShare, assertAgreement, difference } from '../src/soak/accounts.ts';
import { soak, summary } from '../src/soak/run.ts';
import type { SoakResult } from '../src/soak/run.ts';

const MIB = 2 ** 20;
// One object left behind by each request is 16 bytes at the least, 1.6 MB in the second half of the long soak. What the
// heap came to after a forced collection moved by less than 0.5 MB between any two of ten measurements in such a run.
const LONG = { requests: 200_000, heapGrowth: MIB };
// An exchange left behind holds its request and its response, 5 kB and more: 20 MB in the second half of a short soak,
// in which the heap is still settling by some tenths.
const SHORT = { requests: 8000, heapGrowth: 2 * MIB };

// TLS is below all that is counted here.
const CLEARTEXT = FRAMEWORKS.filter(({ transport }) => transport === 'http' || transport === 'h2c');
const LONGEST = 'Express 5';

describe('a soak accounts for every request and leaves nothing behind', () => {
  test(`${LONGEST}, for long`, { timeout: 180_000 }, async () => {
    const framework = CLEARTEXT.find(({ name }) => name === LONGEST)!;
    const { half, end, checks } = await soaked(framework, LONG);
    expect(checks.length).toBeGreaterThan(5);
    // A rare ending may come up in the second half only; a series that a request leaves behind would come up 100,000 times.
    expect(end.series - half.series).toBeLessThan(5);
    expect(end.pushed).toBeGreaterThan(0);
  });

  test.each(CLEARTEXT.filter(({ name }) => name !== LONGEST))('$name', { timeout: 60_000 }, async (framework) => {
    await soaked(framework, SHORT);
  });
});

async function soaked(
  framework: Framework,
  { requests, heapGrowth }: { readonly requests: number; readonly heapGrowth: number },
): Promise<SoakResult> {
  const seed = Number(process.env['SOAK_SEED'] ?? 20_261_121);
  onTestFailed(() => void process.stderr.write(`SOAK_SEED=${seed} says the same again\n`));
  const result = await soak(framework, requests, seed);
  process.stdout.write(`${summary(framework.name, result)}\n`);
  const { half, end, checks, sent } = result;
  expect(checks.map(difference).filter((missing) => missing !== 0)).toEqual([]);
  assertAgreement(end, sent);
  expect(difference(half)).toBe(0);
  // Node.js 24 now and then loses an HTTP/2 stream whose client leaves in the middle of a write: it closes neither the
  // stream nor the session, with the middleware and without. About one in a hundred thousand requests here.
  expect(end.active).toBeLessThanOrEqual(framework.transport === 'h2c' ? 3 : 0);
  expect(abortedShare(end)).toBeGreaterThan(0.25);
  expect(end.heapUsed - half.heapUsed).toBeLessThan(heapGrowth);
  return result;
}
