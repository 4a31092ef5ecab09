/**
 * The name that `given` was most likely meant to be: the one with the fewest edits between them (optimal string
 * alignment: two letters that changed places are one edit).
 */
export function nearest(given: string, names: readonly string[]): string | undefined {
  return closest(given, names)?.name;
}

/**
 * The name that `given` misspells: at most every third letter is wrong. A text that comes so near to a name is no secret,
 * and can be shown.
 */
export function misspelt(given: string, names: readonly string[]): string | undefined {
  // Counting edits takes the product of the lengths.
  const found = given.length > LONGEST ? undefined : closest(given, names);
  return found !== undefined && found.edits <= Math.max(1, Math.floor(given.length / 3)) ? found.name : undefined;
}

const LONGEST = 64;

function closest(
  given: string,
  names: readonly string[],
): { readonly name: string; readonly edits: number } | undefined {
  const wanted = given.toLowerCase();
  let best: string | undefined;
  let fewest = Infinity;
  for (const name of names) {
    const edits = distance(wanted, name.toLowerCase());
    if (edits < fewest) [best, fewest] = [name, edits];
  }
  return best === undefined ? undefined : { name: best, edits: fewest };
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const substituted = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      const exchanged = a[i] === b[j - 1] && a[i - 1] === b[j] ? (before[j - 1] ?? Infinity) + 1 : Infinity;
      next.push(Math.min(substituted, exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
