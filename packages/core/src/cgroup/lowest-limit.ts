import type { Figure } from './figure.ts';

/** A lowest limit and the directory of the cgroup that sets it. */
export interface Lowest {
  readonly limit: Figure;
  readonly dir: string | undefined;
}

/**
 * The lowest limit of a cgroup and its ancestors: each of them holds for it.
 *
 * @param limitOf the limit of one directory, `Infinity` if it has none
 * @param ceiling a limit above it counts as none
 */
export function lowestLimit(
  dirs: readonly string[],
  limitOf: (dir: string) => Figure,
  ceiling: number = Number.MAX_VALUE,
): Lowest {
  let lowest: number | undefined;
  let dir: string | undefined;
  let reason: string | undefined;
  for (const candidate of dirs) {
    const limit = limitOf(candidate);
    if (typeof limit === 'string') reason ??= limit;
    else if (lowest === undefined || limit < lowest) {
      lowest = limit;
      dir = candidate;
    }
  }
  if (lowest === undefined) return { limit: reason ?? 'the cgroup cannot be found', dir: undefined };
  return lowest > ceiling ? { limit: 'no limit is set', dir: undefined } : { limit: lowest, dir };
}
