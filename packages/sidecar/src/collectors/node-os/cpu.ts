import { cpus } from 'node:os';
import type { CpuInfo } from 'node:os';
import type { Collector, CollectorFactory } from '../collector.ts';
import { cpuCollector } from '../cpu.ts';
import type { CpuTicks } from '../cpu.ts';

/**
 * Milliseconds of all CPUs by mode. Only Windows counts interrupts, and counts them in `sys` as well; niceness is of
 * Unix.
 *
 * @throws {Error} if the system tells of no CPU
 */
export function cpuTimes(all: ReadonlyArray<Pick<CpuInfo, 'times'>>, platform: NodeJS.Platform): CpuTicks {
  if (all.length === 0) throw new Error('the system tells of no CPU');
  const total = (mode: keyof CpuInfo['times']): number => all.reduce((sum, { times }) => sum + times[mode], 0);
  const times = new Map([['user', total('user')]]);
  if (platform !== 'win32')
    return times.set('nice', total('nice')).set('system', total('sys')).set('idle', total('idle'));
  return times
    .set('system', Math.max(0, total('sys') - total('irq')))
    .set('idle', total('idle'))
    .set('interrupt', total('irq'));
}

/** CPU time of the host and how busy its CPUs are, where there is no procfs. The first collection takes 250 ms. */
export function osCpu(platform: NodeJS.Platform): CollectorFactory {
  return (): Collector => cpuCollector(() => cpuTimes(cpus(), platform), 1000);
}
