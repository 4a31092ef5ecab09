import type { CollectorFactory } from './collector.ts';
import { container } from './container.ts';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { fileDescriptors } from './file-descriptors.ts';
import { filesystem } from './filesystem.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { osCpu } from './node-os/cpu.ts';
import { osLoad } from './node-os/load.ts';
import { osMemory } from './node-os/memory.ts';
import { pressure } from './pressure.ts';
import { libraryDisks } from './systeminformation/disk.ts';
import { libraryFileSystems } from './systeminformation/filesystem.ts';
import { libraryMemory } from './systeminformation/memory.ts';
import { libraryNetwork } from './systeminformation/network.ts';

/** Collectors by name, as `outrider.collector.success` and the configuration name them. */
export type Collectors = Readonly<Record<string, CollectorFactory>>;

const linux: Collectors = {
  cpu,
  load,
  memory,
  disk,
  filesystem,
  network,
  file_descriptor: fileDescriptors,
  container,
  pressure,
};

/** The collectors for a platform: procfs on Linux, on others Node.js itself and systeminformation. */
export function collectorsFor(platform: NodeJS.Platform = process.platform): Collectors {
  if (platform === 'linux') return linux;
  return {
    cpu: osCpu(platform),
    load: osLoad(platform),
    memory: platform === 'win32' ? osMemory : libraryMemory,
    disk: libraryDisks,
    filesystem: libraryFileSystems(platform),
    network: libraryNetwork(platform),
  };
}
