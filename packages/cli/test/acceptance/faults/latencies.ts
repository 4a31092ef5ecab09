import type { FaultWindow } from './fault-schedule.ts';
import type { Answer } from './open-load.ts';

/** How long answers took that were due while there was no fault, and while there was one. */
export interface Latencies {
  readonly calm: readonly number[];
  readonly faulty: readonly number[];
}

/** Tells answers apart by whether a fault was there when they were due. */
export function latencies(answers: readonly Answer[], windows: readonly FaultWindow[]): Latencies {
  const calm: number[] = [];
  const faulty: number[] = [];
  for (const { due, ms } of answers) {
    (windows.some(({ from, to }) => due >= from && due < to) ? faulty : calm).push(ms);
  }
  return { calm, faulty };
}

/** The value that a share of the values is not above; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? NaN;
}
