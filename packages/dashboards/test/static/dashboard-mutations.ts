import type { Mutation } from './mutation.ts';
import { dashboard, first, ofType, open, panel, query, rewrite, row, variable } from './mutation.ts';
import { boxesOf, isRow, panelsOf, targetsOf } from './bundle.ts';
import { tableOf } from './table-columns.ts';

/** Faults in what stands around the queries. */
export const dashboardMutations: readonly Mutation[] = [
  // Who is who
  {
    name: 'a panel without id',
    spoil: (all) => {
      delete open(ofType(all, 'stat'))['id'];
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'a row with the id 0, as the SDK writes it',
    spoil: (all) => {
      row(all).id = 0;
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'two panels with one id',
    spoil: (all) => {
      const [one, other] = boxesOf(dashboard(all));
      Object.assign(open(one), { id: other?.id });
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'a query without refId, as the SDK writes it',
    spoil: (all) => {
      delete open(query(all, /./))['refId'];
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'two queries with one refId',
    spoil: (all) => {
      const targets = targetsOf(panel(all, (one) => targetsOf(one).length > 1));
      Object.assign(open(targets[1]), { refId: targets[0]?.refId });
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'two dashboards with one uid',
    spoil: (all) => {
      dashboard(all, 'outrider-cache').uid = 'outrider-api';
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'another uid than before',
    spoil: (all) => {
      dashboard(all, 'outrider-cache').uid = 'outrider-caches';
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'two panels with one title',
    spoil: (all) => {
      const [one, other] = panelsOf(dashboard(all));
      Object.assign(open(one), { title: other?.title });
    },
    found: 'identitiesAreUnique',
  },
  {
    name: 'a panel without a title',
    spoil: (all) => {
      ofType(all, 'heatmap').title = '';
    },
    found: 'everythingIsDescribed',
  },
  {
    name: 'a panel without a description',
    spoil: (all) => {
      delete open(ofType(all, 'table'))['description'];
    },
    found: 'everythingIsDescribed',
  },
  // The grid
  {
    name: 'a panel over another',
    spoil: (all) => {
      const [, other] = panelsOf(dashboard(all));
      Object.assign(open(other?.gridPos), { x: 0 });
    },
    found: 'gridIsFilled',
  },
  {
    name: 'a panel beyond the last column',
    spoil: (all) => {
      Object.assign(open(ofType(all, 'timeseries').gridPos), { x: 6, w: 20 });
    },
    found: 'gridIsFilled',
  },
  {
    name: 'a hole between panels',
    spoil: (all) => {
      const of = open(ofType(all, 'stat').gridPos);
      Object.assign(of, { w: Number(of['w']) - 1 });
    },
    found: 'gridIsFilled',
  },
  {
    name: 'a hole in a folded row',
    spoil: ({ v1 }) => {
      const folded = first(v1.flatMap(({ panels = [] }) => panels).filter(isRow), ({ panels }) => panels.length > 1);
      folded.panels.pop();
    },
    found: 'gridIsFilled',
  },
  {
    name: 'a dashboard without panels',
    spoil: (all) => {
      dashboard(all).panels = [];
    },
    found: 'gridIsFilled',
  },
  // Variables
  {
    name: 'a variable that is not there, in a query',
    spoil: (all) => rewrite(all, /=~"\$job"/, '=~"$cluster"'),
    found: 'variablesAreDefinedAndUsed',
  },
  {
    name: 'a variable that is not there, in a title',
    spoil: (all) => {
      ofType(all, 'stat').title = 'Requests of ${service}';
    },
    found: 'variablesAreDefinedAndUsed',
  },
  {
    name: 'a variable that nobody uses',
    spoil: (all) => {
      dashboard(all).templating.list?.push({ ...variable(all, 'job'), name: 'region' });
    },
    found: 'variablesAreDefinedAndUsed',
  },
  {
    name: 'a variable of Grafana that it does not have',
    spoil: (all) => {
      ofType(all, 'text').options = { mode: 'markdown', content: 'The last $__ranges.' };
    },
    found: 'variablesAreDefinedAndUsed',
  },
  {
    name: 'several values, compared as one',
    spoil: (all) => rewrite(all, /=~"\$job"/, '="$job"'),
    found: 'multipleValuesAreMatched',
  },
  {
    name: 'several values, compared as one, in a variable',
    spoil: (all) => {
      const of = variable(all, 'instance');
      of.query = { ...open(of.query), query: String(open(of.query)['query']).replace('=~"$job"', '="$job"') };
    },
    found: 'multipleValuesAreMatched',
  },
  {
    name: 'a variable that is read once',
    spoil: (all) => {
      variable(all, 'job').refresh = 1;
    },
    found: 'variablesAreUsual',
  },
  {
    name: 'one application only',
    spoil: (all) => {
      variable(all, 'job').multi = false;
    },
    found: 'variablesAreUsual',
  },
  {
    name: 'all instances, and what has none',
    spoil: (all) => {
      variable(all, 'instance').allValue = '.*';
    },
    found: 'variablesAreUsual',
  },
  {
    name: 'no choice of the data source',
    spoil: (all) => {
      dashboard(all).templating.list?.shift();
    },
    found: 'variablesAreUsual',
  },
  // The data source
  {
    name: 'a fixed data source in a panel',
    spoil: (all) => {
      ofType(all, 'stat').datasource = { type: 'prometheus', uid: 'prometheus' };
    },
    found: 'datasourceIsChosen',
  },
  {
    name: 'a fixed data source in a query',
    spoil: (all) => {
      query(all, /./).datasource = { type: 'prometheus', uid: 'P1809F7CD0C75ACF3' };
    },
    found: 'datasourceIsChosen',
  },
  {
    name: 'no data source in a variable',
    spoil: (all) => {
      delete open(variable(all, 'job'))['datasource'];
    },
    found: 'datasourceIsChosen',
  },
  {
    name: 'a fixed data source in an annotation',
    spoil: ({ v1 }) => {
      first(
        v1.flatMap(({ annotations }) => annotations.list ?? []),
        ({ builtIn }) => builtIn !== 1,
      ).datasource = { uid: 'x' };
    },
    found: 'datasourceIsChosen',
  },
  {
    name: 'an input that provisioning does not ask for',
    spoil: (all) => {
      Object.assign(dashboard(all), { __inputs: [{ name: 'DS_PROMETHEUS' }] });
    },
    found: 'datasourceIsChosen',
  },
  // What is shown, and how
  {
    name: 'a unit that Grafana does not have',
    spoil: (all) => {
      Object.assign(open(ofType(all, 'stat').fieldConfig?.defaults), { unit: 'seconds' });
    },
    found: 'unitsFit',
  },
  ...(
    [
      [/^histogram_quantile/, 's', 'ms'],
      [/^sum by .*rate\(.*_bytes_total/, 'Bps', 'bytes'],
      [/^\w+_bytes\{/, 'bytes', 's'],
      [/ \/ /, 'percentunit', 'percent'],
      [/^sum by .*rate\(/, 'ops', 's'],
      [/time\(\) - /, 's', 'dateTimeFromNow'],
    ] as const
  ).map(([like, right, wrong]): Mutation => ({
    name: `${right} is shown as ${wrong}`,
    spoil: (all) => {
      const of = panel(
        all,
        (one) => one.fieldConfig?.defaults.unit === right && targetsOf(one).every(({ expr }) => like.test(expr)),
      );
      Object.assign(open(of.fieldConfig?.defaults), { unit: wrong });
    },
    found: 'unitsFit',
  })),
  {
    name: 'a column in another unit',
    spoil: (all) => {
      const properties = (ofType(all, 'table').fieldConfig?.overrides ?? []).flatMap((override) => override.properties);
      first(properties, ({ id, value }) => id === 'unit' && value === 's').value = 'bytes';
    },
    found: 'unitsFit',
  },
  {
    name: 'a title that is cut off',
    spoil: (all) => {
      ofType(all, 'stat').title = 'Connections, of all workers together';
    },
    found: 'titlesFit',
  },
  {
    name: 'a legend of many columns',
    spoil: (all) => {
      const { options } = panel(all, (one) => JSON.stringify(one.options).includes('"placement":"right"'));
      open(open(options)['legend'])['calcs'] = ['lastNotNull', 'max'];
    },
    found: 'legendsLeaveRoom',
  },
  {
    name: 'shares of several applications on each other',
    spoil: (all) => {
      const { fieldConfig } = panel(
        all,
        (one) => one.fieldConfig?.defaults.unit === 'percentunit' && JSON.stringify(one).includes('{{job}}'),
      );
      open(fieldConfig?.defaults)['custom'] = { stacking: { mode: 'normal', group: 'A' } };
    },
    found: 'stacksAddUp',
  },
  {
    name: 'a legend by a label that the query drops',
    spoil: (all) => {
      query(all, /^sum by \(job\)/).legendFormat = '{{instance}}';
    },
    found: 'legendsHaveLabels',
  },
  {
    name: 'a query drops a label that the legend has',
    spoil: (all) => {
      const of = first(
        all.v1.flatMap(panelsOf).flatMap(targetsOf),
        ({ expr, legendFormat = '' }) =>
          expr.startsWith('sum by (job, ') && !expr.includes(' on (') && /\{\{(?!job)/.test(legendFormat),
      );
      of.expr = of.expr.replaceAll(/by \(job, [^)]*\)/g, 'by (job)');
    },
    found: 'legendsHaveLabels',
  },
  {
    name: 'no legend',
    spoil: (all) => {
      first(targetsOf(ofType(all, 'timeseries'))).legendFormat = '';
    },
    found: 'legendsHaveLabels',
  },
  {
    name: 'two queries with one name',
    spoil: (all) => {
      const targets = targetsOf(panel(all, (one) => one.type === 'timeseries' && targetsOf(one).length > 1));
      Object.assign(open(targets[1]), { legendFormat: targets[0]?.legendFormat });
    },
    found: 'seriesAreToldApart',
  },
  {
    name: 'a style for a name that no series has',
    spoil: (all) => {
      const styles = all.v1.flatMap(panelsOf).flatMap(({ fieldConfig }) => fieldConfig?.overrides ?? []);
      first(styles, ({ matcher }) => matcher.id === 'byRegexp').matcher.options = '^the past$';
    },
    found: 'seriesAreToldApart',
  },
  {
    name: 'a band down to what is not there',
    spoil: (all) => {
      const styles = all.v1.flatMap(panelsOf).flatMap(({ fieldConfig }) => fieldConfig?.overrides ?? []);
      const properties = styles.flatMap((style) => style.properties);
      first(properties, ({ id }) => id === 'custom.fillBelowTo').value = 'the past';
    },
    found: 'seriesAreToldApart',
  },
  {
    name: 'a table of a label that a query does not have',
    spoil: (all) => {
      const of = open(
        first(ofType(all, 'table').transformations ?? [], ({ id }) => id === 'filterFieldsByName').options,
      );
      Object.assign(of, { include: { names: [...(of['include'] as { names: string[] }).names, 'url_scheme'] } });
    },
    found: 'tablesHaveColumns',
  },
  {
    name: 'a table sorted by what is no column',
    spoil: (all) => {
      open(ofType(all, 'table').options)['sortBy'] = [{ displayName: 'Duration', desc: true }];
    },
    found: 'tablesHaveColumns',
  },
  {
    name: 'a link by what is no column',
    spoil: (all) => {
      const of = panel(all, (one) => one.type === 'table' && tableOf(one).links.length > 0);
      const link = first(
        (of.fieldConfig?.overrides ?? []).flatMap((one) => one.properties),
        ({ id }) => id === 'links',
      );
      link.value = [{ title: 'Detail', url: '/d/outrider-api?var-job=${__data.fields["Service"]:percentencode}' }];
    },
    found: 'tablesHaveColumns',
  },
  ...['/d/outrider-apis', '/d/outrider-api?var-service=shop', '/d/outrider-api?viewPanel=999'].map((url): Mutation => ({
    name: `a link to ${url}`,
    spoil: (all) => {
      ofType(all, 'text').options = { mode: 'markdown', content: `See [the requests](${url}).` };
    },
    found: 'linksLeadSomewhere',
  })),
  {
    name: 'no way to the other dashboards',
    spoil: (all) => {
      dashboard(all).links = [];
    },
    found: 'linksLeadSomewhere',
  },
  // How it is asked
  {
    name: 'the least step of another installation',
    spoil: (all) => {
      query(all, /./).interval = '1m';
    },
    found: 'queriesAreUsual',
  },
  {
    name: 'a graph of one point in time',
    spoil: (all) => {
      Object.assign(first(targetsOf(ofType(all, 'timeseries'))), { instant: true, range: false });
    },
    found: 'queriesAreUsual',
  },
  {
    name: 'a table of all points in time',
    spoil: (all) => {
      Object.assign(first(targetsOf(ofType(all, 'table'))), { instant: false, range: true });
    },
    found: 'queriesAreUsual',
  },
  {
    name: 'a heatmap without exemplars',
    spoil: (all) => {
      Object.assign(first(targetsOf(ofType(all, 'heatmap'))), { exemplar: false });
    },
    found: 'queriesAreUsual',
  },
  {
    name: 'a heatmap of lines',
    spoil: (all) => {
      Object.assign(first(targetsOf(ofType(all, 'heatmap'))), { format: 'time_series' });
    },
    found: 'queriesAreUsual',
  },
  {
    name: 'a fixed window',
    spoil: (all) => rewrite(all, /\[\$__rate_interval\]/, '[5m]'),
    found: 'queriesAreUsual',
  },
  {
    name: 'every application, whatever is chosen',
    spoil: (all) => rewrite(all, /\{job=~"\$job",/, '{'),
    found: 'queriesAreUsual',
  },
  {
    name: 'every instance, whatever is chosen',
    spoil: (all) => rewrite(all, /,instance=~"\$instance"/, ''),
    found: 'queriesAreUsual',
  },
  {
    name: 'every host, whatever is chosen',
    spoil: (all) => rewrite(all, /,instance=~"\$host"/, ''),
    found: 'queriesAreUsual',
  },
  {
    name: 'a dashboard that can be edited',
    spoil: (all) => {
      dashboard(all).editable = true;
    },
    found: 'queriesAreUsual',
  },
  {
    name: 'a panel that asks nothing',
    spoil: (all) => {
      ofType(all, 'stat').targets = [];
    },
    found: 'queriesAreUsual',
  },
];
