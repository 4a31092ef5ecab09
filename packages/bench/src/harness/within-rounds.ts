import { spread } from './statistics.ts';
import type { Spread } from './statistics.ts';

/** A figure of each that was measured, by name, in one round. */
export type Figures = Readonly<Record<string, number>>;

/** What one came to over the rounds. */
export function spreadOf(rounds: readonly Figures[], name: string): Spread {
  return spread(rounds.map((round) => round[name]!));
}

/**
 * One as a share of another, taken within each round: whatever slowed the machine slowed both. Undefined for the other
 * itself.
 */
export function shareOf(rounds: readonly Figures[], name: string, other: string): Spread | undefined {
  return name === other ? undefined : spread(rounds.map((round) => round[name]! / round[other]!));
}
