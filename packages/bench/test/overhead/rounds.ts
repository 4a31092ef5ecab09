import type { Round } from '../../src/overhead/run.ts';
import type { VariantName } from '../../src/overhead/variants/registry.ts';

/** A round with the given CPU microseconds a request. */
export function round(cpu: Partial<Record<VariantName, number>>): Round {
  return new Map(
    Object.entries(cpu).map(([name, cpuMicros]) => {
      const variant = name as VariantName;
      return [variant, { variant, cpuMicros, requestsPerSecond: 1e6 / cpuMicros, residentBytes: 80e6 + cpuMicros }];
    }),
  );
}
