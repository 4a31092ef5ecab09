import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolTimings } from '@outrider/core';

/** On whose behalf something is called; run a caller of a pool in it to see that its wait is its own. */
export const callers: AsyncLocalStorage<string> = new AsyncLocalStorage<string>();

/** Times of a pool that remember whose waits ended, in which order and how. */
export function recordedTimings(): { readonly timings: PoolTimings; readonly ended: readonly string[] } {
  const ended: string[] = [];
  const timings: Pick<PoolTimings, 'wait' | 'bind' | 'used' | 'created'> = {
    wait() {
      const caller = callers.getStore() ?? 'nobody';
      let over = false;
      return {
        end(result) {
          if (!over) ended.push(`${caller} ${result}`);
          over = true;
        },
      };
    },
    bind: (callback) => callback,
    used() {},
    created() {},
  };
  return { timings: timings as PoolTimings, ended };
}
