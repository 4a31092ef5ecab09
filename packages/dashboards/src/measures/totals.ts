/** The sum of what a vector holds: by labels, such as `job, http_route`, or of all of it. */
export function total(vector: string, by = ''): string {
  return by === '' ? `sum(${vector})` : `sum by (${by}) (${vector})`;
}

/** What a counter of several series grows by in a second, those of all workers together. */
export function totalRate(counter: string, window: string, by = ''): string {
  return total(`rate(${counter}[${window}])`, by);
}
