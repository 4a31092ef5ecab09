import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { AttributeSet, NO_ATTRIBUTES } from '../attributes.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';

const CPU = metricDefinition('process.cpu.time');
const MEMORY = metricDefinition('process.memory.usage');
const DESCRIPTORS = metricDefinition('process.unix.file_descriptor.count');
const UPTIME = metricDefinition('process.uptime');
const USER = new AttributeSet({ 'cpu.mode': 'user' });
const SYSTEM = new AttributeSet({ 'cpu.mode': 'system' });

const DESCRIPTOR_FOLDER = '/proc/self/fd';

/** What the operating system says of this process. */
export class ProcessSource implements MetricSource {
  readonly #before: NodeJS.CpuUsage | undefined;
  #descriptors: number | undefined;

  /** @param before CPU time that is not to be told */
  constructor(before?: NodeJS.CpuUsage) {
    this.#before = before;
  }

  /** Counts the file descriptors. From Linux 6.2 the folder's size is their number; before, they have to be listed. */
  sample(): void {
    const size = sizeOf(DESCRIPTOR_FOLDER);
    if (size !== undefined && size > 0) {
      this.#descriptors = size;
    } else if (size === 0) {
      readdir(DESCRIPTOR_FOLDER).then(
        // The listing itself holds one.
        (entries) => (this.#descriptors = entries.length - 1),
        () => (this.#descriptors = undefined),
      );
    }
  }

  collect(visitor: MetricVisitor): void {
    const { user, system } = process.cpuUsage(this.#before);
    visitor.metric(CPU);
    visitor.number(USER, user / 1e6);
    visitor.number(SYSTEM, system / 1e6);
    visitor.metric(MEMORY);
    visitor.number(NO_ATTRIBUTES, process.memoryUsage.rss());
    visitor.metric(UPTIME);
    visitor.number(NO_ATTRIBUTES, process.uptime());
    if (this.#descriptors !== undefined) {
      visitor.metric(DESCRIPTORS);
      visitor.number(NO_ATTRIBUTES, this.#descriptors);
    }
  }
}

// Elsewhere than on Linux there is no such folder, and the permission model may forbid to look.
function sizeOf(folder: string): number | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.size;
  } catch {
    return undefined;
  }
}
