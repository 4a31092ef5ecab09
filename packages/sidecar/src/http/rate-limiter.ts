import type { RateLimit } from '../config/web-config.ts';

/**
 * Makes a token bucket: `allow()` is false where requests come more often than that.
 *
 * @param clock monotonic milliseconds
 */
export function createRateLimiter({ intervalMs, burst }: RateLimit, clock: () => number): { allow(): boolean } {
  let tokens = burst;
  let filled = clock();
  return {
    allow() {
      const now = clock();
      tokens = Math.min(burst, tokens + (now - filled) / intervalMs);
      filled = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
