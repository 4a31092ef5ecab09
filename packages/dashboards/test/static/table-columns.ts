import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { targetsOf } from './bundle.ts';

/** A link of a column: where to, and the columns that its variables are taken from. */
export interface ColumnLink {
  readonly url: string;
  readonly columns: readonly string[];
}

/** What a table makes of the fields that its queries give. */
export interface TableColumns {
  /** Fields to the titles that they get. */
  readonly titles: ReadonlyMap<string, string>;
  readonly included: readonly string[];
  readonly sortedBy: readonly string[];
  readonly links: readonly ColumnLink[];
}

/** The field that holds the values of a query, once the results of all are merged. */
export function fieldOf(panel: Panel, refId: string): string {
  return targetsOf(panel).length === 1 ? 'Value' : `Value #${refId}`;
}

/** Reads the transformations and overrides of a table. */
export function tableOf({ transformations = [], fieldConfig, options }: Panel): TableColumns {
  const optionsOf = (name: string): unknown => transformations.find(({ id }) => id === name)?.options;
  const renamed = (optionsOf('organize') as { renameByName: Record<string, string> } | undefined)?.renameByName ?? {};
  const links = (fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === 'links')
    .flatMap(({ value }) => value as ReadonlyArray<{ readonly url: string }>);
  const sortBy = (options as { sortBy?: ReadonlyArray<{ readonly displayName: string }> } | undefined)?.sortBy ?? [];
  return {
    titles: new Map(Object.entries(renamed)),
    included: (optionsOf('filterFieldsByName') as { include: { names: string[] } } | undefined)?.include.names ?? [],
    sortedBy: sortBy.map(({ displayName }) => displayName),
    links: links.map(({ url }) => ({
      url,
      columns: [...url.matchAll(/__data\.fields\["([^"]*)"\]/g)].map(([, title]) => title ?? ''),
    })),
  };
}
