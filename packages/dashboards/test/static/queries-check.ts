import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { RANGE_S, RATE_INTERVAL_S, asked, panelsOf, targetsOf, variablesOf } from './bundle.ts';
import type { Asked, Bundle, Check } from './bundle.ts';
import { knownSeries } from './known-series.ts';
import { selectors, within } from './promql.ts';
import type { Known } from './result-labels.ts';

const RATES = new Set(['rate', 'irate', 'increase']);
// Read off what the sidecar says of an application: which of its instances is chosen does not matter to these.
const OF_APPLICATIONS = new Set(['service.release.timestamp']);

/** What Grafana's dashboard-linter demands of queries, for all kinds of panels, and what it overlooks. */
export const queriesAreUsual: Check = (bundle) => {
  const known = knownSeries(bundle.groups);
  return [
    ...asked(bundle).flatMap((question) =>
      faults(question, known, bundle).map((fault) => `${question.where}: ${fault}`),
    ),
    ...bundle.v1.flatMap((dashboard) => [
      ...(dashboard.editable === false ? [] : [`${dashboard.uid} can be edited, and what is edited is lost`]),
      ...panelsOf(dashboard)
        .filter((panel) => (panel.type === 'text') !== (targetsOf(panel).length === 0))
        .map(({ title }) => `${dashboard.uid} / ${title}: a panel without queries, or a text with some`),
    ]),
  ];
};

function faults({ panel, target, parsed, dashboard }: Asked, known: Known, { config }: Bundle): readonly string[] {
  const problems: string[] = [];
  if (target !== undefined) {
    if (target.interval !== `${config.scrapeIntervalS}s`) problems.push('the least step is not the scrape interval');
    if ((target.instant === true) === (target.range === true)) problems.push('neither instant nor range, or both');
    if (panel?.type === 'table' && (target.instant !== true || target.format !== PromQueryFormat.Table))
      problems.push('a table of more than one point in time');
    if ((panel?.type === 'heatmap') !== (target.format === PromQueryFormat.Heatmap))
      problems.push(`format ${target.format}`);
    if (panel?.type === 'heatmap' && target.exemplar !== true) problems.push('a heatmap without exemplars');
    if ((panel?.type === 'timeseries' || panel?.type === 'heatmap') && target.range !== true)
      problems.push('a graph of one point in time');
  }
  // With a fixed window a graph that shows a month looks at five minutes of every hour.
  for (const part of parsed.flatMap((expr) => [...within(expr)])) {
    if (part.kind !== 'call' || !RATES.has(part.name)) continue;
    const [series] = part.args;
    if (series?.kind !== 'selector') continue;
    const wholeRange = series.range === RANGE_S && target?.instant === true;
    if (series.range !== RATE_INTERVAL_S && !wholeRange) problems.push(`${part.name} over ${series.range} s`);
  }
  for (const series of parsed.flatMap(selectors)) {
    const found = known.get(series.name);
    const chooses = (label: string, variable: string): boolean =>
      series.matchers.some(
        (matcher) => matcher.label === label && matcher.operator === '=~' && matcher.value === `any ${variable}`,
      );
    if (found?.from !== 'catalogue') {
      const own = found?.from === 'rules' || series.name === 'ALERTS' ? 'job' : 'host';
      if (!chooses('job', 'job') && !chooses('instance', 'host')) problems.push(`${series.name} of any ${own}`);
      continue;
    }
    const choosable = variablesOf(dashboard).some(({ name }) => name === 'instance');
    const ofInstance = chooses('instance', 'instance') || !choosable || OF_APPLICATIONS.has(found.definition.name);
    if (!(chooses('job', 'job') && ofInstance) && !chooses('instance', 'host'))
      problems.push(`${series.name} of any job or instance`);
  }
  return problems;
}
