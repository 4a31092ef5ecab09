/** The same reason for several metrics, as a collection's `absent`. */
export function absentBecause(names: readonly string[], reason: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/** Reasons joined by metric: each of them once, in the order they came. */
export function joinAbsent(parts: ReadonlyArray<Readonly<Record<string, string>>>): Record<string, string> {
  const reasons = new Map<string, Set<string>>();
  for (const part of parts) {
    for (const [name, reason] of Object.entries(part)) {
      reasons.set(name, (reasons.get(name) ?? new Set()).add(reason));
    }
  }
  return Object.fromEntries([...reasons].map(([name, texts]) => [name, [...texts].join('; ')]));
}
