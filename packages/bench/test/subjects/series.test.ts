import { expect, test } from 'vitest';
import { SERIES_COUNTS, seriesKeys } from '../../src/subjects/series.ts';

test.each(SERIES_COUNTS)('%i series are as many, and all different', (count) => {
  expect(new Set(seriesKeys(count).map((key) => JSON.stringify(key))).size).toBe(count);
});
