/** The sum of what a vector holds: by labels, such as `job, http_route`, or of all of it. */
export function total(vector: string, by = ''): string {
  return by === '' ? `sum(${vector})` : `sum by (${by}) (${vector})`;
}

/** What a counter of several series grows by in a second, those of all workers together. */
export function totalRate(counter: string, window: string, by = ''): string {
  return total(`rate(${counter}[${window}])`, by);
}

/** What a counter of several series grew by within the window, those of all workers together. */
export function totalIncrease(counter: string, window: string, by = ''): string {
  return total(`increase(${counter}[${window}])`, by);
}

/** The same in whole numbers, to be shown: for one event an increase says 1.1, being reckoned to the ends of the window. */
export function wholeIncrease(counter: string, window: string, by = ''): string {
  return `round(${totalIncrease(counter, window, by)})`;
}

/** Share that a part is of all, 0 to 1: 0 where nothing of it was ever seen, nothing where there is nothing at all. */
export function shareOf(part: string, all: string): string {
  return `(${part} or 0 * ${all}) / ${all}`;
}
