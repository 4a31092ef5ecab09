import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { QueryVariable, Variable } from '../dashboard.ts';
import { DATASOURCE } from './targets.ts';

/** What stands for all values of a variable: whatever has the label, or whatever there is. */
export function allValue(of: QueryVariable): string {
  return of.optional === true ? '.*' : '.+';
}

/** The query of a variable, as Grafana's Prometheus data source writes it. */
function labelValues(of: string, label: string): string {
  return `label_values(${of}, ${label})`;
}

/** The choice of the data source, which every dashboard has. */
export function datasource(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .type('prometheus')
    .current({ selected: true, text: 'default', value: 'default' });
}

/** What there is to choose at the top. */
export function variable(of: Variable): QueryVariableBuilder | CustomVariableBuilder {
  if (of.type === 'custom') {
    const values = Object.entries(of.values);
    const [first] = values;
    return new CustomVariableBuilder(of.name)
      .label(of.title)
      .values(values.map(([value, text]) => `${text} : ${value}`).join(','))
      .current({ selected: true, text: first?.[1] ?? '', value: first?.[0] ?? '' });
  }
  const query = labelValues(of.of, of.label);
  const builder = new QueryVariableBuilder(of.name)
    .label(of.title)
    .datasource({ ...DATASOURCE })
    .definition(query)
    // 1: values of a label.
    .query({ qryType: 1, query, refId: `variable-${of.name}` })
    .refresh(VariableRefresh.OnTimeRangeChanged);
  // A setting, not a sorting.
  // oxlint-disable-next-line unicorn/no-array-sort
  builder.sort(VariableSort.NaturalAsc);
  // Grafana takes the first there is.
  if (!of.multiple) return builder.current({ selected: true, text: '', value: '' });
  return builder
    .multi(true)
    .includeAll(true)
    .allValue(allValue(of))
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
