import { numbers } from '../collectors/collector.ts';
import type { Metric } from '../metric.ts';
import type { Delivery } from './delivery.ts';

/**
 * What is said of forwarding: for each backend, accepted = sent + queued + dropped.
 *
 * @param preparing data points that are not in the queues of the backends yet
 */
export function forwardMetrics(deliveries: readonly Delivery[], preparing: number): readonly Metric[] {
  type Points = Parameters<typeof numbers>[1];
  const each = (name: string, points: (delivery: Delivery, backend: string) => Points): Metric =>
    numbers(
      name,
      deliveries.flatMap((delivery) => points(delivery, delivery.backend.name)),
    );
  return [
    each('outrider.forward.accepted', ({ counts }, backend) =>
      [...counts.accepted].map(([source, points]) => [points, { backend, source }]),
    ),
    each('outrider.forward.sent', ({ counts }, backend) => [[counts.sent, { backend }]]),
    each('outrider.forward.queued', ({ points }, backend) => [[points + preparing, { backend }]]),
    each('outrider.forward.dropped', ({ counts }, backend) =>
      [...counts.dropped].map(([reason, points]) => [points, { backend, reason }]),
    ),
    each('outrider.forward.requests', ({ counts }, backend) =>
      [...counts.requests].map(([result, requests]) => [requests, { backend, result }]),
    ),
    each('outrider.forward.queue.size', ({ backend: { spool }, memoryBytes, diskBytes }, backend) => [
      [memoryBytes, { backend, store: 'memory' }],
      ...(spool === undefined ? [] : [[diskBytes, { backend, store: 'disk' }] as const]),
    ]),
    each('outrider.forward.queue.limit', ({ backend: { spool, queueBytes } }, backend) => [
      [queueBytes, { backend, store: 'memory' }],
      ...(spool === undefined ? [] : [[spool.bytes, { backend, store: 'disk' }] as const]),
    ]),
    each('outrider.forward.spool.errors', ({ backend: { spool }, counts }, backend) =>
      spool === undefined ? [] : [[counts.spoolErrors, { backend }]],
    ),
  ].filter(({ points }) => points.length > 0);
}
