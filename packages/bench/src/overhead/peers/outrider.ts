import { getObserver } from '@outrider/core';
import { outriderTotals } from '../../totals/outrider-totals.ts';

/**
 * How many requests Outrider has recorded in this process.
 *
 * @throws {Error} if it cannot push them: the push is part of what is measured
 */
export async function recordedByOutrider(): Promise<number> {
  const observer = getObserver();
  const pushed = await observer.push();
  if (pushed !== 'ok') throw new Error(`the push to the sidecar was ${pushed}`);
  return outriderTotals(observer).count;
}
