import { strict as assert } from 'node:assert';
import type { Outcome } from '@outrider/core';
import type { Expected, Tally } from './expected.ts';
import type { Report } from './report.ts';

/** Requests that reached the server, less those that ended and those that are active: 0 at every instant. */
export function difference({ received, outcomes, active }: Report): number {
  return total(received) - total(outcomes) - active;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

// What may be among the requests of an outcome, beside those that must be.
const ALSO: Readonly<Record<Outcome, readonly Expected[]>> = {
  completed: ['any'],
  aborted_before_headers: ['aborted', 'any'],
  aborted_mid_stream: ['aborted', 'any'],
  destroyed_by_server: ['any'],
};

/**
 * Compares what the server says, at rest, with what its client did.
 *
 * @throws {AssertionError} if a request is missing, counted twice, or has ended in another way than the client saw
 */
export function assertAgreement(report: Report, sent: Tally): void {
  const { received, outcomes, active, open } = report;
  assert.ok(active <= open, `${active} requests are active, and only ${open} are open`);
  assert.equal(difference(report), 0, `${difference(report)} requests are not accounted for`);
  // The client knows of these that they reached the server, and of the others only that they may have.
  assert.deepEqual({ ...received, any: 0 }, { ...sent, any: 0 });
  for (const [outcome, others] of Object.entries(ALSO) as Array<[Outcome, readonly Expected[]]>) {
    const least = received[outcome];
    const most = others.reduce((sum, expected) => sum + received[expected], least);
    const counted = outcomes[outcome];
    assert.ok(counted >= least - active && counted <= most, `${counted} are ${outcome}, not ${least} to ${most}`);
  }
}

/** The share of the requests that were aborted by their client, 0 to 1. */
export function abortedShare({ outcomes }: Report): number {
  return (outcomes.aborted_before_headers + outcomes.aborted_mid_stream) / total(outcomes);
}
