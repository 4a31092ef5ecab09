import type { Scope } from '../scope.ts';

/** Share of the scheduler's periods in which the CPU limit held the container of an application back, 0 to 1. */
export function throttledShare({ application, window }: Scope): string {
  const rate = (series: string): string => `sum by (job, instance) (rate(${series}[${window}]))`;
  const periods = 'container.cpu.periods';
  return `${rate(application(periods, { throttled: '="true"' }))} / ${rate(application(periods))}`;
}
