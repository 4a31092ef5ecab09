import type { Matchers } from '../config.ts';
import type { Scope, Select } from '../scope.ts';
import { totalRate } from './totals.ts';

/**
 * Series of the containers of applications. The sidecar tells the same of its own container, without a worker: where
 * any job is selected, that is what leaves it out.
 */
export function ofContainers({ application }: Scope, name: string, matchers: Matchers = {}): string {
  return application(name, { ...matchers, worker: '=~".+"' });
}

/** Share of the scheduler's periods in which the CPU limit held the container of an application back, 0 to 1. */
export function throttledShare(scope: Scope): string {
  return shareThrottled((name, matchers) => ofContainers(scope, name, matchers), scope.window);
}

/**
 * Share of its memory limit that the working set of the container of an application is, 0 to 1; nothing without a limit.
 * On average: a heap goes up and down like a saw.
 *
 * Every process tells of the container that it is in, so those of one container say the same, and a sum would be it times
 * over: the largest. The division comes first: processes of one host may be in containers of different limits.
 */
export function memoryOfLimit(scope: Scope): string {
  const used = `avg_over_time(${ofContainers(scope, 'container.memory.working_set')}[${scope.window}])`;
  return `max by (job, instance) (${used} / ${ofContainers(scope, 'container.memory.limit')})`;
}

/** Share of the scheduler's periods in which the CPU limit held the container of a sidecar back, 0 to 1. */
export function sidecarThrottledShare({ host, window }: Scope): string {
  return shareThrottled(host, window);
}

function shareThrottled(select: Select, window: string): string {
  const periods = 'container.cpu.periods';
  const throttled = totalRate(select(periods, { throttled: '="true"' }), window, 'job, instance');
  return `${throttled} / ${totalRate(select(periods), window, 'job, instance')}`;
}
