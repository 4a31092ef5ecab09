/** The key that `given` was most likely meant to be; undefined if it resembles none. */
export function nearestKey(given: string, keys: readonly string[]): string | undefined {
  // Counting edits takes the product of the lengths.
  if (given.length > 64) return undefined;
  const [best] = keys
    .map((key) => ({ key, edits: edits(given.toLowerCase(), key.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.max(2, given.length / 3) ? best.key : undefined;
}

/** Letters to insert, delete or replace (Levenshtein). */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of from.split('').entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split('').entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
