import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Panel as PanelType, Query } from '../dashboard.ts';

/** Every panel asks the data source that the dashboard's variable chooses. */
export const DATASOURCE: { readonly type: string; readonly uid: string } = {
  type: 'prometheus',
  uid: '${datasource}',
};

const FORMATS: Partial<Record<PanelType['type'], PromQueryFormat>> = {
  table: PromQueryFormat.Table,
  heatmap: PromQueryFormat.Heatmap,
};

/** The letter by which a panel speaks of its query. */
export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** The queries of a panel. The interval is the least step, and what Grafana derives the window of rates from. */
export function targets(
  type: PanelType['type'],
  queries: readonly Query[],
  scrapeIntervalS: number,
): DataqueryBuilder[] {
  return queries.map((query, index) => {
    const builder = new DataqueryBuilder()
      .datasource({ ...DATASOURCE })
      .editorMode(QueryEditorMode.Code)
      .expr(query.expr)
      .format(FORMATS[type] ?? PromQueryFormat.TimeSeries)
      .legendFormat(type === 'heatmap' ? '{{le}}' : query.legend)
      .interval(`${scrapeIntervalS}s`)
      .refId(refId(index))
      .exemplar(query.exemplars ?? false);
    return query.instant === true ? builder.instant() : builder.range();
  });
}
