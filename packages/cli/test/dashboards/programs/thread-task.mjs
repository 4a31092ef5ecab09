import { setTimeout as delay } from 'node:timers/promises';

/** Takes a thread for a moment. */
export function wait() {
  return delay(20);
}
