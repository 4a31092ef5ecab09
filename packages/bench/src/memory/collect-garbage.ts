/**
 * Collects all garbage; more than once, because finalizers of one collection leave some for the next.
 *
 * @throws {Error} if Node.js was not started with --expose-gc
 */
export function collectGarbage(): void {
  if (gc === undefined) throw new Error('Node.js was started without --expose-gc.');
  for (let times = 0; times < 4; times++) gc();
}
