import type { Pool, PoolClient } from 'pg';
import type { Faults } from './faults.ts';

const LEAK_BYTES = 8 * 2 ** 20;
const LEAK_EVERY_MS = 250;
const LEAK_MOST_BYTES = 200 * 2 ** 20;

/** Faults that go on by themselves: memory that is never given back, connections that are. Returns their end. */
export function breakShop(faults: Faults, pool: Pool): () => void {
  const stops = [faults.onChange('leak', leak), faults.onChange('hold-pool', () => hold(pool))];
  return () => stops.forEach((stop) => stop());
}

function leak(): () => void {
  const kept: Buffer[] = [];
  const timer = setInterval(() => {
    // Filled, so that it is memory and not only a promise of it.
    if (kept.length * LEAK_BYTES < LEAK_MOST_BYTES) kept.push(Buffer.alloc(LEAK_BYTES, 1));
  }, LEAK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    kept.length = 0;
  };
}

/** Takes every connection of the pool, each as soon as somebody gives it back. */
function hold(pool: Pool): () => void {
  const over = new AbortController();
  const held: PoolClient[] = [];
  for (let taken = 0; taken < pool.options.max; taken++) void take();
  return () => {
    over.abort();
    for (const client of held.splice(0)) client.release();
  };

  async function take(): Promise<void> {
    while (!over.signal.aborted) {
      try {
        const client = await pool.connect();
        if (over.signal.aborted) client.release();
        else held.push(client);
        return;
      } catch {
        // Others were in front of it until its time was up: it tries again.
      }
    }
  }
}
