import { numbers } from '../collectors/collector.ts';
import type { Metric } from '../metric.ts';
import type { Delivery } from './delivery.ts';

/**
 * What is said of forwarding: for each backend, accepted = sent + queued + dropped.
 *
 * @param deliveries of two to one backend, the first is the one that goes on
 */
export function forwardMetrics(deliveries: readonly Delivery[]): readonly Metric[] {
  type Points = Parameters<typeof numbers>[1];
  const backends = Map.groupBy(deliveries, ({ backend }) => backend.name);
  const each = (name: string, points: (delivery: Delivery, backend: string, all: readonly Delivery[]) => Points) =>
    numbers(
      name,
      [...backends].flatMap(([backend, all]) => points(all[0]!, backend, all)),
    );
  return [
    each('outrider.forward.accepted', ({ counts }, backend) =>
      [...counts.accepted].map(([source, points]) => [points, { backend, source }]),
    ),
    each('outrider.forward.sent', ({ counts }, backend) => [[counts.sent, { backend }]]),
    each('outrider.forward.queued', (_, backend, all) => [
      [sum(all, ({ points, preparing }) => points + preparing), { backend }],
    ]),
    each('outrider.forward.dropped', ({ counts }, backend) =>
      [...counts.dropped].map(([reason, points]) => [points, { backend, reason }]),
    ),
    each('outrider.forward.requests', ({ counts }, backend) =>
      [...counts.requests].map(([result, requests]) => [requests, { backend, result }]),
    ),
    each('outrider.forward.queue.size', ({ backend: { spool } }, backend, all) => [
      [sum(all, ({ memoryBytes }) => memoryBytes), { backend, store: 'memory' }],
      ...(spool === undefined ? [] : [[sum(all, ({ diskBytes }) => diskBytes), { backend, store: 'disk' }] as const]),
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

function sum(deliveries: readonly Delivery[], of: (delivery: Delivery) => number): number {
  return deliveries.reduce((total, delivery) => total + of(delivery), 0);
}
