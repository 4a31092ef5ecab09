import { expect, test } from 'vitest';
import { bytesOf } from '../../src/allocations/own-files.ts';
import { AllocationSampling } from '../../src/allocations/sampling.ts';

test('what is allocated is found where it is allocated, even if it is garbage at once', async () => {
  const kept: object[] = [];
  function allocate(): void {
    for (let at = 0; at < 100_000; at++) kept[at % 10] = { first: at, second: at, third: at };
  }
  const sampling = new AllocationSampling();
  await sampling.start();
  allocate();
  const sites = await sampling.stop();
  const bytes = bytesOf(
    sites.filter(({ functionName, url }) => functionName === 'allocate' && url.includes('sampling.test')),
  );
  // An object of three fields has 48 bytes.
  expect(bytes / 100_000).toBeGreaterThan(40);
  expect(bytes / 100_000).toBeLessThan(60);
});
