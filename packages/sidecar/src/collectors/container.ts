import { CONTAINER_METRICS, containerSamples, readCgroup } from '@outrider/core/cgroup';
import { absentBecause } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';

/**
 * The cgroup that the sidecar runs in. In a container of its own that is not the application's: each process of the
 * application reports its own.
 */
export const container: CollectorFactory = ({ procRoot, sysRoot }: CollectorContext): Collector => ({
  collect(): Collection {
    const reading = readCgroup({ procRoot, sysRoot });
    if (reading === undefined) {
      return { metrics: [], absent: absentBecause(CONTAINER_METRICS, 'the process is in no cgroup') };
    }
    const points = Map.groupBy(containerSamples(reading), ([name]) => name);
    return {
      metrics: [...points].map(([name, samples]) =>
        numbers(
          name,
          samples.map(([, value, attributes]) => [value, attributes ?? {}]),
        ),
      ),
      absent: reading.absent,
    };
  },
});
