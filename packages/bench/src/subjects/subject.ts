import type { Totals } from '../totals/totals.ts';
import type { SeriesKey } from './series.ts';

/** A recorder of request durations under measurement. */
export interface Subject {
  /**
   * Records one request. The duration is given by its place: V8 may box a number that is not an integer on its way into a
   * function, which would be measured.
   *
   * @param series place among the keys that it was made with @param seconds durations @param at place of the duration
   */
  record(series: number, seconds: Float64Array, at: number): void;
  totals(): Totals | Promise<Totals>;
  /** Gives all it holds to whoever reads it: pushes it, exports it, or writes it out. */
  read?(): Promise<unknown>;
}

/** Makes a subject. @param socket the sidecar's, for those that are read by pushing */
export type SubjectFactory = (keys: readonly SeriesKey[], socket?: string) => Subject;

/** Never, within a benchmark: readings are asked for. */
export const NEVER_MS: number = 2 ** 31 - 2;
