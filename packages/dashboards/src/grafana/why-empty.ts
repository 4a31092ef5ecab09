import type { QueryPanel } from '../dashboard.ts';

/**
 * What an empty panel says of why that is well; undefined if it is not, of one query at least. Grafana shows it in the
 * place of its own `No data` where no query of a panel found anything.
 */
export function whyEmpty({ queries }: QueryPanel): string | undefined {
  const reasons = queries.map(({ emptyIsHealthy }) => emptyIsHealthy);
  return reasons.includes(undefined) ? undefined : `No data: ${[...new Set(reasons)].join('; ')}`;
}
