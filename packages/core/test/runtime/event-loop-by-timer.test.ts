import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { readMetric } from '../../../conformance/src/readings.ts';
import { EventLoopSource } from '../../src/runtime/event-loop.ts';

// A Node that measures by a timer: it knows nothing of `samplePerIteration`, and says nothing of it.
vi.mock(import('node:perf_hooks'), async (importOriginal) => {
  const original = await importOriginal();
  return {
    ...original,
    monitorEventLoopDelay: ({ resolution = 10 } = {}) => original.monitorEventLoopDelay({ resolution }),
  };
});

test('where a timer measures, an idle loop has a median delay near nothing and a blocked one its block', async () => {
  const source = new EventLoopSource();
  const delay = (which: string): number => readMetric(source, `nodejs.eventloop.delay.${which}`)[0]?.value ?? Infinity;
  let median = Infinity;
  for (let window = 0; window < 10 && median >= 0.005; window++) {
    await sleep(150);
    source.sample();
    median = Math.min(median, delay('p50'));
  }
  expect(median).toBeLessThan(0.005);
  // Node does not count what is under way when a window begins: the block must come after the first tick of one.
  await sleep(60);
  const until = performance.now() + 200;
  while (performance.now() < until);
  await sleep(60);
  source.sample();
  expect(delay('max')).toBeGreaterThan(0.15);
  expect(delay('max')).toBeLessThan(1);
  source.close();
});
