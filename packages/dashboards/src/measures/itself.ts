import type { Scope } from '../scope.ts';
import { shareOf, total, totalIncrease, totalRate } from './totals.ts';

/** Data points that the sidecar received and dropped within the window, by reason. */
export function receiverDropped({ host, window }: Scope): string {
  return totalIncrease(host('outrider.receiver.dropped'), window, 'job, instance, reason');
}

/** Data points that the sidecar was to forward and dropped within the window, by reason. */
export function forwardDropped({ host, window }: Scope, by = 'job, instance, reason'): string {
  return totalIncrease(host('outrider.forward.dropped'), window, by);
}

/** Series that the sidecar holds of those that it may hold, 0 to 1. */
export function storeUsed({ host }: Scope): string {
  return `${host('outrider.store.series')} / ${host('outrider.store.series.limit')}`;
}

/** Series that the recorder of a process holds of those that it may hold, 0 to 1. */
export function recorderUsed({ application }: Scope): string {
  return `${application('outrider.recorder.series')} / ${application('outrider.recorder.series.limit')}`;
}

/** Bytes that wait for a backend of those that may wait, by where they wait, 0 to 1. */
export function queueUsed({ host }: Scope): string {
  return `${host('outrider.forward.queue.size')} / ${host('outrider.forward.queue.limit')}`;
}

/** Share of an application's pushes that the sidecar did not take, 0 to 1. */
export function failedPushes({ application, window }: Scope): string {
  const failed = totalRate(application('outrider.pushes', { result: '!="ok"' }), window, 'job');
  return shareOf(failed, totalRate(application('outrider.pushes'), window, 'job'));
}

/** Collectors whose last look failed. */
export function failedCollectors({ host }: Scope): string {
  const success = host('outrider.collector.success');
  return `count by (job, instance) (${success}) - ${total(success, 'job, instance')}`;
}
