import type { FiredAlert } from './fired-alerts.ts';
import type { ExpectedAlert, Step } from './steps.ts';

/** An expected alert, and when it fired, if it did. */
export interface Verdict {
  readonly step: Step;
  readonly expected: ExpectedAlert;
  /** Seconds from the beginning of what went wrong. */
  readonly afterS?: number;
}

/** What fired in calm although nothing was wrong with the applications. */
export function ofApplications(fired: readonly FiredAlert[]): readonly FiredAlert[] {
  // What a busy machine sets off is no fault of the applications.
  return fired.filter(({ labels }) => labels['job'] !== 'outrider');
}

/** Each expected alert with its time to fire, in lines. */
export function reportLines(verdicts: readonly Verdict[], hurry: number): readonly string[] {
  const rows = verdicts.map(({ step, expected, afterS }) => [
    expected.alert,
    step.title,
    afterS === undefined ? 'did not fire' : time(afterS, hurry),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** A time to fire, and what it would be without haste. */
export function time(seconds: number, hurry: number): string {
  const shown = (value: number): string => {
    if (value < 60) return `${value.toFixed(1)} s`;
    const whole = Math.round(value);
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  };
  return hurry === 1 ? shown(seconds) : `${shown(seconds)} (without haste ${shown(seconds * hurry)})`;
}
