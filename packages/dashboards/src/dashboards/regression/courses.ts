import type { DashboardConfig } from '../../config.ts';
import type { SeriesStyle, TextPanel, TimeSeriesPanel } from '../../dashboard.ts';
import { quantile } from '../../measures/quantile.ts';
import { comparable, p95Before, p95Now, ROUTE } from '../../measures/regressions.ts';
import { total } from '../../measures/totals.ts';
import { CHOSEN_BASELINE, RATES, baseline } from '../../measures/recorded.ts';
import { duration, percent } from '../../rules/text.ts';
import { CHOSEN } from './chosen.ts';
import { NO_HISTORY } from './nothing-to-compare.ts';

const BASELINE: SeriesStyle = { name: 'baseline', dashed: true, colour: 'blue' };

/** Now and then, of everything that is chosen together, and how much slower each route is. */
export function courses({ thresholds }: DashboardConfig): readonly (TimeSeriesPanel | TextPanel)[] {
  const { regression: limits, throughput, errors } = thresholds;
  const then = (of: Parameters<typeof baseline>[0]): string => `${baseline(of, CHOSEN_BASELINE)}${CHOSEN}`;
  const history = { emptyIsHealthy: NO_HISTORY } as const;
  const p95Then = quantile(0.95, then('buckets'));
  const ratio = `${p95Now(CHOSEN)} / on (${ROUTE}) ${p95Before(CHOSEN_BASELINE, CHOSEN)}`;
  return [
    {
      id: 10,
      type: 'text',
      title: 'How to read this',
      description: 'The order in which to look.',
      width: 24,
      height: 4,
      markdown:
        'Solid is now, dashed is the **baseline**: the hour around this time a day or a week ago. Blue marks are releases, red ones alerts. ' +
        'Did it begin at a release? Then look at *Now against the release before*. Else: which route costs the most (*Routes against the baseline*), and *what else moved with it*? ' +
        'What is recorded is of all instances together; the choice of one is for releases and for what else moved. ' +
        'A fresh installation has nothing to compare with for a day: panels that only compare are empty until then, and say so.',
    },
    {
      id: 11,
      type: 'timeseries',
      title: 'p95 of what is chosen, now and then',
      description: `95th percentile of all chosen routes together. The band is what is let pass: up to ${limits.ratio} times the baseline, or ${duration(limits.differenceS)} above it. A line that leaves the band has regressed. The axis is logarithmic: a peak does not flatten the rest.`,
      width: 24,
      height: 9,
      unit: 's',
      logarithmic: 10,
      styles: [BASELINE, { name: 'let pass', dashed: true, colour: 'light-blue', fillTo: 'baseline' }],
      queries: [
        { expr: quantile(0.95, `${RATES.buckets}${CHOSEN}`), legend: 'now' },
        { expr: p95Then, legend: 'baseline', ...history },
        // The larger one of the ratio and the difference, since it takes both.
        {
          expr: `${p95Then} + clamp_min(${p95Then} * ${Number((limits.ratio - 1).toFixed(9))}, ${limits.differenceS})`,
          legend: 'let pass',
          ...history,
        },
      ],
    },
    {
      id: 12,
      type: 'timeseries',
      title: 'Requests, now and then',
      description: `Requests a second. Below the band is less than ${percent(throughput.baselineShare)} of the baseline: traffic that does not arrive any more is a regression as well.`,
      width: 12,
      unit: 'reqps',
      min: 0,
      styles: [
        { ...BASELINE, fillTo: 'let pass' },
        { name: 'let pass', dashed: true, colour: 'light-blue' },
      ],
      queries: [
        { expr: total(`${RATES.count}${CHOSEN}`), legend: 'now' },
        { expr: total(then('count')), legend: 'baseline', ...history },
        { expr: `${total(then('count'))} * ${throughput.baselineShare}`, legend: 'let pass', ...history },
      ],
    },
    {
      id: 13,
      type: 'timeseries',
      title: 'Errors, now and then',
      description: `Share of requests that were answered with a server error. The mark is where the alert fires, at ${percent(errors.share)}.`,
      width: 12,
      unit: 'percentunit',
      min: 0,
      marks: [{ from: errors.share, colour: 'red' }],
      styles: [BASELINE],
      queries: [
        { expr: `${total(`${RATES.errors}${CHOSEN}`)} / ${total(`${RATES.count}${CHOSEN}`)}`, legend: 'now' },
        { expr: `${total(then('errors'))} / ${total(then('count'))}`, legend: 'baseline', ...history },
      ],
    },
    {
      id: 14,
      type: 'timeseries',
      title: 'How many times slower, by route',
      description: `95th percentile now, divided by the baseline's: 1 is as it was. The ten slowest with at least ${limits.minimumRequests} requests in 5 minutes. Where a line leaves 1 is since when. Each step of the axis is twice the one below.`,
      width: 24,
      unit: 'none',
      decimals: 2,
      logarithmic: 2,
      marks: [{ from: limits.ratio, colour: 'red' }],
      queries: [
        {
          expr: `topk(10, ${comparable(ratio, limits, CHOSEN_BASELINE, CHOSEN)})`,
          legend: '{{job}} {{http_route}}',
          ...history,
        },
      ],
    },
  ];
}
