import type { Round } from '../../src/overhead/run.ts';

/** A round with the given CPU microseconds a request. */
export function round(cpu: Readonly<Record<string, number>>): Round {
  return new Map(
    Object.entries(cpu).map(([variant, cpuMicros]) => [
      variant,
      { variant, cpuMicros, requestsPerSecond: 1e6 / cpuMicros, residentBytes: 80e6 + cpuMicros },
    ]),
  );
}
