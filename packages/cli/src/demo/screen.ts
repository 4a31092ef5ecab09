import type { Figures } from './figures.ts';

/** Something that runs, as the reader sees it. */
export interface Row {
  readonly name: string;
  readonly where: string;
  readonly pid?: number;
}

/** Where the reader can look. */
export interface Places {
  readonly express: string;
  readonly koa: string;
  readonly metrics: string;
  /** Absent if there is no Prometheus. */
  readonly prometheus?: string;
}

/** The part of a terminal or file that is written to. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const PLAIN_LINE_MS = 10_000;

const P95_BY_ROUTE =
  'histogram_quantile(0.95, sum by (le, job, http_route) (rate(http_server_request_duration_seconds_bucket[1m])))';

/** What the demo shows: what runs where, where to look, then a line that lives. */
export class Screen {
  readonly #output: Output;
  readonly #clock: () => number;
  #printedAt = -Infinity;
  #live = false;

  constructor(output: Output = process.stdout, clock: () => number = () => performance.now()) {
    this.#output = output;
    this.#clock = clock;
  }

  /** A line of its own, below the live line if there is one. */
  line(text = ''): void {
    if (this.#live) this.#output.write('\n');
    this.#live = false;
    this.#output.write(`${text}\n`);
  }

  /** What runs where. */
  rows(rows: readonly Row[]): void {
    const width = (pick: (row: Row) => string): number => Math.max(...rows.map((row) => pick(row).length));
    const name = width((row) => row.name);
    const where = width((row) => row.where);
    for (const row of rows) {
      const pid = row.pid === undefined ? '' : `pid ${row.pid}`;
      this.line(`  ${row.name.padEnd(name)}  ${row.where.padEnd(where)}  ${pid}`.trimEnd());
    }
  }

  /** Where to look; every command works as it is pasted, in any shell. */
  places({ express, koa, metrics, prometheus }: Places): void {
    const look: ReadonlyArray<readonly [string, string]> = [
      ['The headers X-Response-Time and X-Request-ID:', `curl -i ${express}/products/7`],
      ['The same on an error, which Koa would drop:', `curl -i ${koa}/fail`],
      ['A report that takes its time:', `curl -i ${express}/reports/sales`],
      ['Everything as Prometheus sees it:', `curl -s ${metrics}/metrics`],
      ['The most asked-for figures as JSON:', `curl -s ${metrics}/api/v1/metrics`],
      ['The same as they come, once a second at the most:', `curl -sN ${metrics}/api/v1/stream`],
      ['Every route, by the time spent on it:', `curl -s ${metrics}/api/v1/routes`],
      ['The last slow requests:', `curl -s ${metrics}/api/v1/slow-requests`],
      ...(prometheus === undefined
        ? []
        : [[`In Prometheus, the 95th percentile of every route:`, graph(prometheus)] as const]),
    ];
    for (const [what, how] of look) this.line(`  ${what}\n    ${how}`);
  }

  /** The live line: in its place on a terminal, else one line every ten seconds. */
  figures(figures: Figures | undefined): void {
    const text = figures === undefined ? 'measuring ...' : describe(figures);
    if (this.#output.isTTY === true) {
      this.#output.write(`\r${text}\u001B[K`);
      this.#live = true;
    } else if (figures !== undefined && this.#clock() - this.#printedAt >= PLAIN_LINE_MS) {
      this.#printedAt = this.#clock();
      this.line(text);
    }
  }
}

function describe({ requestsPerSecond, errorRatio, p95 }: Figures): string {
  const latency = p95 === undefined ? '-' : `${p95.toFixed(1)} ms`;
  return `${requestsPerSecond.toFixed(1)} req/s   p95 ${latency}   errors ${(errorRatio * 100).toFixed(1)} %`;
}

function graph(prometheus: string): string {
  const query = new URLSearchParams({ 'g0.expr': P95_BY_ROUTE, 'g0.tab': '0', 'g0.range_input': '5m' });
  return `${prometheus}/graph?${query.toString()}`;
}
