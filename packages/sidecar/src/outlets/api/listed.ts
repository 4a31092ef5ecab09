// The names are the senders': 10,000 pools would be an answer of megabytes, sent every second to whoever watches.
const MOST_LISTED = 1_000;

/** The first thousand of what has a name, and how many were left out, if any. */
export function listed<Named>(all: Iterable<Named>): { readonly first: readonly Named[]; readonly leftOut: number } {
  const each = [...all];
  return { first: each.slice(0, MOST_LISTED), leftOut: Math.max(0, each.length - MOST_LISTED) };
}
