import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { panelScope } from '../../scope.ts';
import { targets } from './targets.ts';
import { wholeIncrease } from '../../measures/totals.ts';

/** How the figures come from the sidecars to Prometheus. */
export function scraping(config: DashboardConfig): Row {
  const { host, window } = panelScope(config);
  return {
    id: 101,
    title: 'From the sidecars to Prometheus',
    panels: [
      {
        id: 20,
        type: 'timeseries',
        title: 'Sidecars up',
        description: '1 if Prometheus got an answer, 0 if not. A line that ends: the target was removed.',
        width: 6,
        unit: 'none',
        decimals: 0,
        min: 0,
        max: 1,
        queries: [{ expr: targets(config, 'up'), legend: '{{instance}}' }],
      },
      {
        id: 21,
        type: 'timeseries',
        title: 'Duration of a scrape',
        description:
          'Of the whole, and of writing the answer. If the whole takes much longer, it is the network or a busy CPU.',
        width: 6,
        unit: 's',
        min: 0,
        queries: [
          { expr: targets(config, 'scrape_duration_seconds'), legend: '{{instance}} scrape' },
          { expr: host('outrider.exposition.duration'), legend: '{{instance}} writing' },
        ],
      },
      {
        id: 22,
        type: 'timeseries',
        title: 'Samples and size of an answer',
        description:
          'What Prometheus has to store with each scrape. A step up is a new label, or one with many values.',
        width: 6,
        unit: 'short',
        min: 0,
        styles: [{ name: '.* size', dashed: true, rightAxis: 'bytes' }],
        queries: [
          { expr: targets(config, 'scrape_samples_scraped'), legend: '{{instance}} samples' },
          { expr: host('outrider.exposition.size'), legend: '{{instance}} size' },
        ],
      },
      {
        id: 23,
        type: 'timeseries',
        title: 'Points left out, by reason',
        description:
          'Two applications that disagree on a metric, names that are not valid, or an answer that is too large.',
        width: 6,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: wholeIncrease(host('outrider.exposition.omitted'), window, 'job, instance, reason'),
            legend: '{{instance}} {{reason}}',
          },
        ],
      },
    ],
  };
}
