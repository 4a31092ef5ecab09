import { OTHER_QUERY } from './sql-summary.ts';
import type { QuerySummary } from './sql-summary.ts';

const OPERATION = /^[A-Za-z]{1,64}$/;
const COLLECTION = /^[^\s$\0]{1,190}$/;
const CAPACITY = 1000;

const known = new Map<string, Map<string | undefined, QuerySummary>>();
let held = 0;

/** The summary of an operation of MongoDB: its name and the collection's, and nothing of its filter. */
export function mongoSummary(operation: unknown, collection: unknown): QuerySummary {
  if (typeof operation !== 'string' || !OPERATION.test(operation)) return OTHER_QUERY;
  const target = typeof collection === 'string' ? collection : undefined;
  const found = known.get(operation)?.get(target);
  if (found !== undefined) return found;
  const isName = target !== undefined && COLLECTION.test(target);
  const summary = { summary: isName ? `${operation} ${target}` : operation, operation };
  if (held < CAPACITY) {
    held++;
    let byCollection = known.get(operation);
    if (byCollection === undefined) known.set(operation, (byCollection = new Map()));
    byCollection.set(target, summary);
  }
  return summary;
}
