import type { CollectorFactory } from './collector.ts';
import { container } from './container.ts';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { filesystem } from './filesystem.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { pressure } from './pressure.ts';
import { systeminformation } from './systeminformation.ts';

/** Collectors by name, as `outrider.collector.success` and the configuration name them. */
export type Collectors = Readonly<Record<string, CollectorFactory>>;

const linux: Collectors = { cpu, memory, disk, filesystem, network, container, pressure };

const elsewhere: Collectors = { systeminformation };

/** The collectors for a platform: procfs on Linux, on others CPU load and memory by systeminformation. */
export function collectorsFor(platform: NodeJS.Platform = process.platform): Collectors {
  return platform === 'linux' ? linux : elsewhere;
}
