import { expect } from 'vitest';

const TIMEOUT_MS = 15_000;
const STEP_MS = 20;

/** Waits until a reading is what is expected; fails with the last one if it never is. */
export async function eventually<Value>(read: () => Value | Promise<Value>, expected: Value): Promise<void> {
  await expect.poll(read, { timeout: TIMEOUT_MS, interval: STEP_MS }).toEqual(expected);
}
