import { TableCellHeight, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Column, TablePanel } from '../dashboard.ts';
import { namesOf } from './names-of.ts';
import { noNumber } from './no-number.ts';
import { refId } from './targets.ts';
import { thresholds } from './thresholds.ts';

const NOTHING = '–';

/** Rows of what several instant queries say about the same labels. */
export function table({ columns, sortBy, queries }: TablePanel): PanelBuilder {
  const field = ({ of }: Column): string => {
    if (typeof of === 'string') return of;
    return queries.length === 1 ? 'Value' : `Value #${refId(of)}`;
  };
  const builder = new PanelBuilder()
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .mappings([noNumber(NOTHING)])
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(true)])
    .withTransformation({ id: 'merge', options: {} })
    // What is not a column is left out, labels that queries have besides as well.
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(field) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(columns.map((column, index) => [field(column), index])),
        renameByName: Object.fromEntries(columns.map((column) => [field(column), column.title])),
      },
    });
  for (const column of columns) builder.overrideByName(column.title, properties(column));
  return builder;
}

function properties({ unit, decimals, marks, names, link }: Column): DynamicConfigValue[] {
  // What stands in an empty table does not stand in an empty cell.
  const all: DynamicConfigValue[] = [{ id: 'noValue', value: NOTHING }];
  if (unit !== undefined) all.push({ id: 'unit', value: unit });
  if (decimals !== undefined) all.push({ id: 'decimals', value: decimals });
  if (marks !== undefined) {
    all.push(
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
      { id: 'thresholds', value: thresholds(marks, 'text').build() },
    );
  }
  if (names !== undefined) all.push({ id: 'mappings', value: [namesOf(names), noNumber(NOTHING)] });
  if (link !== undefined) {
    // The values are of the row, by the titles that its columns have.
    const chosen = Object.entries(link.variables).map(
      ([variable, title]) => `var-${variable}=\${__data.fields["${title}"]:percentencode}`,
    );
    const url = `/d/${link.dashboard}?${[...chosen, '${__url_time_range}', '${datasource:queryparam}'].join('&')}`;
    all.push({ id: 'links', value: [{ title: 'Show in detail', url }] });
  }
  return all;
}
