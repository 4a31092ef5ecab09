import { numbers } from '../collectors/collector.ts';
import type { Collection } from '../collectors/collector.ts';
import type { Metric } from '../metric.ts';
import { reportedNumber } from './reported-number.ts';

/** A metric, and the fields of a server's report that its points are read from, with what tells these points apart. */
export type ReportedRow = readonly [
  metric: string,
  ...points: ReadonlyArray<readonly [field: string, attributes?: Readonly<Record<string, string>>]>,
];

/** Makes metrics of a report of names and texts. What is not in it, or is no number, is absent with that reason. */
export function reportedMetrics(
  rows: readonly ReportedRow[],
  report: ReadonlyMap<string, string>,
  server: Readonly<Record<string, string>>,
): Required<Collection> {
  const metrics: Metric[] = [];
  const absent: Record<string, string> = {};
  for (const [metric, ...points] of rows) {
    const reasons: string[] = [];
    const found = points.flatMap(([field, attributes]) => {
      const text = report.get(field);
      const value = text === undefined ? undefined : reportedNumber(text);
      if (value !== undefined) return [[value, { ...server, ...attributes }] as const];
      reasons.push(text === undefined ? `the server does not tell ${field}` : `${field} is not a number`);
      return [];
    });
    if (found.length > 0) metrics.push(numbers(metric, found));
    if (reasons.length > 0) absent[metric] = reasons.join('; ');
  }
  return { metrics, absent };
}

/** What an answer told. @throws {Error} if that is nothing: whoever answered is something else than it seems */
export function atLeastOneMetric(collection: Collection): Collection {
  if (collection.metrics.length === 0) throw new Error('the answer has no figure that is known');
  return collection;
}
