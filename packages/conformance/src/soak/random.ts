/** A source of numbers that says the same again for the same seed. */
export interface Random {
  /** 0 to below `most`, whole. */
  below(most: number): number;
  /** One of a list. */
  of<Item>(items: readonly Item[]): Item;
}

/** Source: mulberry32, Tommy Ettinger, in the public domain. */
export function randomOf(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number): number => Math.floor(next() * most);
  return { below, of: (items) => items[below(items.length)]! };
}
