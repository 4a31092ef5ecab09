import { median, spread } from '../harness/statistics.ts';
import type { Spread } from '../harness/statistics.ts';
import type { Round } from './run.ts';

/** What a variant costs, and how that compares. */
export interface Comparison {
  readonly variant: string;
  /** CPU time of a request, in microseconds. */
  readonly cpuMicros: Spread;
  /** That, as a multiple of the bare application's in the same round; undefined for itself. */
  readonly ratioToBare: Spread | undefined;
  /** That, less the bare application's in the same round: what the variant adds, in microseconds. */
  readonly addedMicros: Spread | undefined;
  /** What it adds as a share of what OpenTelemetry adds in the same round. */
  readonly addedToOtel: Spread | undefined;
  readonly requestsPerSecond: number;
  readonly residentBytes: number;
}

/**
 * Compares within rounds, then takes the median of the rounds: whatever slows the machine for a minute slows all the
 * variants of that round.
 */
export function compare(rounds: readonly Round[], variants: readonly string[]): Comparison[] {
  return variants.map((variant) => {
    const runs = rounds.map((round) => round.get(variant)!);
    return {
      variant,
      cpuMicros: spread(runs.map(({ cpuMicros }) => cpuMicros)),
      ratioToBare: spreadOver(rounds, (round) => ratioToBare(round, variant)),
      addedMicros: spreadOver(rounds, (round) => added(round, variant)),
      addedToOtel: spreadOver(rounds, (round) => addedToOtel(round, variant)),
      requestsPerSecond: median(runs.map(({ requestsPerSecond }) => requestsPerSecond)),
      residentBytes: median(runs.map(({ residentBytes }) => residentBytes)),
    };
  });
}

function ratioToBare(round: Round, variant: string): number | undefined {
  const bare = round.get('bare');
  return bare === undefined || variant === 'bare' ? undefined : round.get(variant)!.cpuMicros / bare.cpuMicros;
}

function added(round: Round, variant: string): number | undefined {
  const bare = round.get('bare');
  return bare === undefined || variant === 'bare' ? undefined : round.get(variant)!.cpuMicros - bare.cpuMicros;
}

function addedToOtel(round: Round, variant: string): number | undefined {
  if (!round.has('otel') || variant === 'otel') return undefined;
  const own = added(round, variant);
  const others = added(round, 'otel');
  // In a round so noisy that OpenTelemetry seems to add nothing, a share of that means nothing.
  return own === undefined || others === undefined || others <= 0 ? undefined : own / others;
}

function spreadOver(rounds: readonly Round[], figure: (round: Round) => number | undefined): Spread | undefined {
  const figures = rounds.map(figure).filter((value) => value !== undefined);
  return figures.length === 0 ? undefined : spread(figures);
}
