import { expect } from 'vitest';
import type { Forwarder } from '../../src/forward/forwarder.ts';
import { isNumberMetric } from '../../src/metric.ts';

/** What a forwarder says of one backend, in data points. Of what was accepted, dropped and sent, that which is not 0. */
export interface Ledger {
  readonly accepted: number;
  readonly sent: number;
  readonly queued: number;
  readonly dropped: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly sources: Readonly<Record<string, number>>;
  readonly results: Readonly<Record<string, number>>;
  /** Bytes, by store. */
  readonly size: Readonly<Record<string, number>>;
}

/** Reads what is said of a backend, and checks that every data point is somewhere, and in one place only. */
export function ledger(forwarder: Forwarder, backend: string): Ledger {
  const by = (name: string, attribute: string): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const metric of forwarder.read()) {
      if (metric.name !== `outrider.forward.${name}` || !isNumberMetric(metric)) continue;
      for (const { attributes, value } of metric.points) {
        const labels = Object.fromEntries(attributes);
        if (labels.backend === backend) found[labels[attribute] ?? ''] = value;
      }
    }
    return found;
  };
  const sum = (values: Record<string, number>): number => Object.values(values).reduce((a, b) => a + b, 0);
  const counted = (values: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
  const sources = counted(by('accepted', 'source'));
  const reasons = counted(by('dropped', 'reason'));
  const found = {
    accepted: sum(sources),
    sent: sum(by('sent', '')),
    queued: sum(by('queued', '')),
    dropped: sum(reasons),
    reasons,
    sources,
    results: counted(by('requests', 'result')),
    size: by('queue.size', 'store'),
  };
  expect(found.accepted).toBe(found.sent + found.queued + found.dropped);
  return found;
}
