import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Gives back what nothing refers to any more, if it has become much since it last did. */
export type CollectGarbage = () => void;

// What the most costly bodies leave one after the other would be 140 MiB before V8 looks, which knows nothing of how little
// there is. A container of 128 MiB has no more than the least beside what is held; where there is no limit, collecting
// rarely is cheaper.
const LEAST_BYTES = 16 * 2 ** 20;
const MOST_BYTES = 64 * 2 ** 20;
const SHARE_OF_LIMIT = 1 / 8;

/**
 * Keeps V8's space for young objects at its first size, 1 MiB, where it would let it grow to 16 MiB with every burst of
 * pushes: less resident memory for more collections, each a short one (`npm run bench:sidecar` says what it comes to).
 *
 * It concerns the whole process, so it is for one that is a sidecar and nothing else: `outrider sidecar` calls it.
 *
 * @returns what `startSidecar` is to call after each request: it takes microseconds, and some 20 ms when it collects
 * @example await startSidecar(config, { collectGarbage: keepMemorySmall() });
 */
export function keepMemorySmall(): CollectGarbage {
  setFlagsFromString('--semi-space-growth-factor=1');
  // The function is put into contexts that are made while the flag is set, and into no other.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  setFlagsFromString('--no-expose-gc');
  const much = muchBytes();
  let left = inUse();
  return () => {
    if (inUse() - left < much) return;
    // Buffers of bodies are young, and what holds them is collected in a millisecond.
    collect({ type: 'minor' });
    if (inUse() - left < much) return;
    // Of this flavor it also gives the freed pages back to the kernel, which else stay with V8.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    left = inUse();
  };
}

/** Bytes that V8 holds, garbage included, on its heap and in buffers. */
function inUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** How much garbage is too much here. Without a limit the kernel's figure is none, or astronomical. */
function muchBytes(): number {
  const limit = process.constrainedMemory() || Infinity;
  return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, limit * SHARE_OF_LIMIT));
}
