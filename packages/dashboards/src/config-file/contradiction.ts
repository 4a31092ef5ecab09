import type { DashboardConfig } from '../config.ts';
import { BURNS, allowedShare, burnFactor } from '../measures/slo.ts';
import { writeShare } from './share.ts';
import { writeTime } from './time.ts';

/** Values that are right each, and do not fit together. */
export interface Contradiction {
  /** The keys of the file that it is about, the one to change first. */
  readonly keys: readonly [string, ...string[]];
  /** Follows on the first key. */
  readonly problem: string;
}

/** The first thing in a configuration that does not fit together; undefined if all does. */
export function contradiction(config: DashboardConfig): Contradiction | undefined {
  const { cpu, latency } = config.thresholds;
  return (
    noBound(config) ??
    order('thresholds.latency.warn', latency.warnS, 'thresholds.latency.high', latency.highS, writeTime) ??
    order('thresholds.cpu.high', cpu.high, 'thresholds.cpu.critical', cpu.critical, writeShare) ??
    neverBurns(config) ??
    burnsTooSoon(config)
  );
}

function noBound({ latencyBoundsS, thresholds: { latency, slo } }: DashboardConfig): Contradiction | undefined {
  const thresholds: ReadonlyArray<readonly [key: string, seconds: number]> = [
    ['thresholds.latency.warn', latency.warnS],
    ['thresholds.latency.high', latency.highS],
    ['thresholds.latency.slow', latency.slowS],
    ['thresholds.slo.latency', slo.latencyS],
  ];
  const found = thresholds.find(([, seconds]) => !latencyBoundsS.includes(seconds));
  if (found === undefined) return undefined;
  const [key, seconds] = found;
  const bounds = latencyBoundsS.map(writeTime).join(', ');
  return {
    keys: [key, 'latencyBounds'],
    problem: `is ${writeTime(seconds)}, which must be one of latencyBounds: how many requests are slower could only be guessed. These are ${bounds}`,
  };
}

function order(
  lower: string,
  low: number,
  higher: string,
  high: number,
  write: (value: number) => string,
): Contradiction | undefined {
  if (low < high) return undefined;
  return { keys: [lower, higher], problem: `is ${write(low)}, which must be less than ${higher}, ${write(high)}` };
}

function neverBurns({ thresholds: { slo } }: DashboardConfig): Contradiction | undefined {
  const factor = Math.max(...BURNS.map((burn) => burnFactor(burn, slo)));
  if (allowedShare(slo) > 0 && factor * (1 - slo.objective) < 1) return undefined;
  const least = Math.ceil((1 - 1 / factor) * 10_000) / 100;
  return {
    keys: ['thresholds.slo.objective', 'thresholds.slo.periodDays'],
    problem: `is ${writeShare(slo.objective)}, which must be above ${least}% and below 100%: an alert at ${Number(factor.toFixed(2))} times the allowed share of bad requests could never fire`,
  };
}

// Four weeks are usual in the place of a month, and 0.93 as good as 1.
const LEAST_FACTOR = 0.9;

function burnsTooSoon({ thresholds: { slo } }: DashboardConfig): Contradiction | undefined {
  const factor = Math.min(...BURNS.map((burn) => burnFactor(burn, slo)));
  if (factor >= LEAST_FACTOR) return undefined;
  const leastDays = Math.ceil((slo.periodDays * LEAST_FACTOR) / factor);
  return {
    keys: ['thresholds.slo.periodDays'],
    problem: `is ${slo.periodDays}, which must be at least ${leastDays}: an alert at ${Number(factor.toFixed(2))} times the allowed share of bad requests would fire while the objective is met`,
  };
}
