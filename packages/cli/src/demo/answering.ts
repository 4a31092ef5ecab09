import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './process.ts';

const STEP_MS = 50;
const ATTEMPT_MS = 2000;

/**
 * Waits until a URL of a child answers with success.
 *
 * @throws {DemoError} if the child ends first or the time is up
 */
export async function answering(child: Child, url: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await succeeds(url))) {
    if (performance.now() > deadline) throw child.failure(`did not answer on ${url} within ${timeoutMs / 1000} s`);
    const ended = await Promise.race([child.exited, delay(STEP_MS)]);
    if (ended !== undefined) throw child.failure(`ended by itself (${ended})`);
  }
}

async function succeeds(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ATTEMPT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
