import type { FiredAlert } from './fired-alerts.ts';
import { BROKEN_JOB } from './steps.ts';
import type { ExpectedAlert, Step } from './steps.ts';

/** An expected alert, and when it fired, if it did. */
export interface Verdict {
  readonly step: Step;
  readonly expected: ExpectedAlert;
  /** Seconds from the beginning of what went wrong. */
  readonly afterS?: number;
}

/** What fired although nothing was wrong, without what a busy machine sets off, or a full one. */
export function falseAlarms(fired: readonly FiredAlert[]): readonly FiredAlert[] {
  return fired.filter(({ alert, labels }) => {
    const ofHost = labels['job'] === 'outrider' && /^(?:cpu|memory)$/.test(labels['signal'] ?? '');
    // The shop tells of the container that the demo runs in, with whatever else is in it.
    const ofContainer = alert === 'ContainerMemoryHigh' || alert === 'ContainerThrottled';
    return !ofHost && !ofContainer;
  });
}

/**
 * What fired about what nothing was wrong with: any but the application that got worse. That requests of the other one were
 * slow is no fault of it, since both are on one machine.
 */
export function soundAlarms(fired: readonly FiredAlert[]): readonly FiredAlert[] {
  const slow = /^(?:latency|budget)$/;
  return falseAlarms(fired).filter(
    ({ labels }) =>
      labels['job'] !== BROKEN_JOB && !(labels['kind'] === 'threshold' && slow.test(labels['signal'] ?? '')),
  );
}

/** What calm ended with. */
export function calmLine(fired: readonly FiredAlert[]): string {
  if (falseAlarms(fired).length > 0) return 'Calm is over, and yet an alert fired.';
  return fired.length === 0
    ? 'Calm is over: no alert fired.'
    : 'Calm is over: no alert fired, but of the machine itself.';
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

/** What fired and was not expected, by where: the application that got worse, those that did not, and the machine. */
export function besidesLines(verdicts: readonly Verdict[], fired: readonly FiredAlert[]): readonly string[] {
  const byJob = Map.groupBy(
    fired.filter(({ alert }) => !verdicts.some(({ expected }) => expected.alert === alert)),
    ({ labels }) => labels['job'] ?? 'no job',
  );
  return [...byJob].map(
    ([job, alerts]) => `Besides, of ${job}: ${[...new Set(alerts.map(({ alert }) => alert))].join(', ')}`,
  );
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
