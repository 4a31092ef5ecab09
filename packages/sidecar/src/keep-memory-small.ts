import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for young objects at its first size, 1 MiB, where it would let it grow to 16 MiB with every burst of
 * pushes: less resident memory for more collections, each a short one (`npm run bench:sidecar` says what it comes to).
 *
 * It concerns the whole process, so it is for one that is a sidecar and nothing else: `outrider sidecar` calls it.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
