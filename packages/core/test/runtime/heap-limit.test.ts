import { getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { oldGenerationLimit } from '../../src/runtime/heap-limit.ts';

const MEBIBYTE = 1024 * 1024;

test.each([
  [['--max-old-space-size=64'], undefined, 64],
  [['--inspect', '--max_old_space_size=100'], undefined, 100],
  [[], '--require "./x.js" --max-old-space-size=512', 512],
  [['--max-old-space-size=64', '--max-old-space-size=32'], '--max-old-space-size=512', 32],
])('%j and NODE_OPTIONS %s make it %i MiB', (execArgv, options, expected) => {
  expect(oldGenerationLimit({ execArgv, environment: { NODE_OPTIONS: options } })).toBe(expected * MEBIBYTE);
});

test('is that of V8 where nobody set one', () => {
  const limit = oldGenerationLimit({ execArgv: ['--inspect'], environment: {} });
  expect(limit).toBe(getHeapStatistics().heap_size_limit);
});
