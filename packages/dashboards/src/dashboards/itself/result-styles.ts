import type { SeriesStyle } from '../../dashboard.ts';

/** The colours of what came of a push or a request, where the name of the series ends with it. */
export const RESULT_STYLES: readonly SeriesStyle[] = [
  { name: '.* (ok|stored)', colour: 'green' },
  { name: '.* (late|partial|retried)', colour: 'orange' },
  { name: '.* (dropped|failed|refused|rejected)', colour: 'red' },
];
