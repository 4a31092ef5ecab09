import { loadavg } from 'node:os';
import { absentBecause } from '../absent.ts';
import type { Collection, Collector, CollectorFactory } from '../collector.ts';
import { LOAD_METRICS, loadCollection } from '../load.ts';

/** Load averages where there is no procfs. Windows has none: Node.js answers 0 there. */
export function osLoad(platform: NodeJS.Platform): CollectorFactory {
  return (): Collector => ({
    collect(): Collection {
      if (platform === 'win32')
        return { metrics: [], absent: absentBecause(LOAD_METRICS, 'Windows has no load average') };
      const [one = NaN, five = NaN, fifteen = NaN] = loadavg();
      return loadCollection([one, five, fifteen]);
    },
  });
}
