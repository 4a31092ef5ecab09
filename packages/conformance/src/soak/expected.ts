/** How a request of the soak is to end, as far as its client can know: `aborted` is either of two, `any` each of four. */
export const EXPECTED = [
  'completed',
  'aborted_before_headers',
  'aborted_mid_stream',
  'destroyed_by_server',
  'aborted',
  'any',
] as const;

/** One of {@link EXPECTED}. */
export type Expected = (typeof EXPECTED)[number];

/** Requests by how they are to end. */
export type Tally = Record<Expected, number>;

/** Nothing counted yet. */
export function emptyTally(): Tally {
  return Object.fromEntries(EXPECTED.map((expected) => [expected, 0])) as Tally;
}

/** A path with a note for whoever counts at the server. */
export function expecting(path: string, expected: Expected): string {
  return `${path}?expect=${expected}`;
}

/** The note in a request target. */
export function expectedOf(target: string | undefined): Expected {
  const noted = target?.slice(target.lastIndexOf('=') + 1) as Expected;
  if (!EXPECTED.includes(noted)) throw new Error(`a request that the soak did not send: ${target}`);
  return noted;
}
