import { median } from '../harness/statistics.ts';
import { renderTable } from '../harness/table.ts';
import type { IngestCost } from './ingest.ts';
import type { ScrapeCost } from './scrapes.ts';
import type { SteadyCost } from './steady.ts';

/** Everything that was measured. */
export interface SidecarFigures {
  readonly steady: readonly SteadyCost[];
  readonly scrapes: readonly ScrapeCost[];
  readonly ingest: IngestCost;
  readonly growth: readonly ScrapeCost[];
}

/** Writes the figures as Markdown tables. */
export function renderSidecar({ steady, scrapes, ingest, growth }: SidecarFigures): string {
  return [
    'Beside a service: collecting, and scraped, every 5 s',
    renderTable(
      ['', 'series', 'RSS MiB', 'CPU % of a core', 'forks'],
      steady.map(({ name, lines, rss, cpu, forks }) => [
        name,
        String(lines),
        mebibytes(rss),
        (cpu * 100).toFixed(2),
        forks ? 'some' : '0',
      ]),
    ),
    'A scrape, each after a push',
    scrapeTable(scrapes),
    'Taking in 10,000 data points a second',
    renderTable(
      ['seconds', 'points sent', 'points stored', 'difference', 'CPU % of a core', 'RSS MiB'],
      [
        [
          ingest.seconds.toFixed(0),
          String(ingest.sent),
          String(ingest.received),
          String(ingest.sent - ingest.received),
          (ingest.cpu * 100).toFixed(1),
          mebibytes(ingest.rss),
        ],
      ],
    ),
    'Growth with the number of series',
    scrapeTable(growth),
  ].join('\n\n');
}

function scrapeTable(costs: readonly ScrapeCost[]): string {
  return renderTable(
    ['', 'series', 'p50 ms', 'p95 ms', 'CPU ms', 'kB', 'kB gzip', 'RSS MiB'],
    costs.map(({ name, lines, milliseconds, cpuMilliseconds, bytes, gzippedBytes, rss }) => [
      name,
      String(lines),
      median(milliseconds).toFixed(1),
      percentile95(milliseconds).toFixed(1),
      cpuMilliseconds.toFixed(1),
      (bytes / 1000).toFixed(0),
      (gzippedBytes / 1000).toFixed(0),
      mebibytes(rss),
    ]),
  );
}

// The nearest rank: the smallest of them that 95 % do not exceed.
function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? NaN;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
