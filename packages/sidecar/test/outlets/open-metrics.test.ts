import { catalogue } from '@outrider/core/catalogue';
import { describe, expect, it } from 'vitest';
import type { Exemplar, ExponentialMetric, HistogramPoint, Metric, SummaryMetric } from '../../src/metric.ts';
import { prometheusOutlet } from '../../src/outlets/prometheus.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { attributes, from, histogram, number } from '../store/pushes.ts';
import { openMetricsProblems } from './open-metrics-checker.ts';
import { nothing, outletContext, outletRequest, shopWorker, snapshotOf } from './snapshots.ts';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

async function scrape(snapshot: Snapshot, accept: string): Promise<string> {
  return String((await prometheusOutlet(outletContext()).answer(snapshot, outletRequest('', accept))).body);
}

/** What one worker tells, and nothing else, as OpenMetrics. */
async function pushed(...metrics: Metric[]): Promise<string> {
  return scrape(only(metrics), OPEN_METRICS);
}

/** A snapshot of metrics that no store has looked at. */
function only(metrics: readonly Metric[]): Snapshot {
  const { store, ...rest } = snapshotOf([from('a', [number('calls', 'counter', [[1]])])]);
  const sessions = store.sessions.map((session) => ({ ...session, metrics }));
  return { ...rest, host: nothing, own: [], store: { ...store, sessions, services: [] } };
}

function exemplar(value: number, time: number | undefined, traceId: string | undefined = TRACE): Exemplar {
  return { value, time, traceId, spanId: SPAN };
}

function took(point: Partial<HistogramPoint>): Metric {
  const metric = histogram('took', {}, [0.5, 1], [3, 0, 2], 7.25);
  return { ...metric, points: metric.points.map((made) => ({ ...made, ...point })) };
}

const parts: SummaryMetric = {
  name: 'parts',
  kind: 'summary',
  unit: 'By',
  description: '',
  points: [
    {
      attributes: attributes({ quantile: 'mine' }),
      count: 7,
      sum: 12.5,
      quantiles: [
        [0.5, 1],
        [0.99, NaN],
        [1, 1e6],
      ],
    },
  ],
};

const waits: ExponentialMetric = {
  name: 'waits',
  kind: 'exponential_histogram',
  unit: 's',
  description: '',
  points: [{ attributes: [], count: 8, sum: 30, scale: 1, zeroCount: 1, offset: -1, counts: [1, 2, 4] }],
};

/** The samples of a text, by what identifies a series. */
function samples(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [sample = ''] = line.split(' # ');
      return [sample.slice(0, sample.lastIndexOf(' ')), sample.slice(sample.lastIndexOf(' ') + 1)];
    }),
  );
}

describe('OpenMetrics', () => {
  it('is written for host, applications and the sidecar as the standard has it', async () => {
    const text = await scrape(snapshotOf([shopWorker('b', 2), shopWorker('a')]), OPEN_METRICS);
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text).toContain(
      '# TYPE system_cpu_time_seconds counter\n# UNIT system_cpu_time_seconds seconds\n# HELP system_cpu_time_seconds CPU',
    );
    expect(text).toMatch(/^system_cpu_time_seconds_total\{cpu_mode="user"\} 1234\.56$/m);
    expect(text).toContain('# TYPE system_cpu_utilization_ratio gauge\n# UNIT system_cpu_utilization_ratio ratio\n');
    expect(text).toContain('# TYPE db_client_connection_count unknown\n# HELP db_client_connection_count ');
  });

  it('can carry every metric of the catalogue', async () => {
    const metrics = [...catalogue.values()].flatMap(
      ({ name, unit, kind, description, attributes: names }): Metric[] => {
        const of = Object.fromEntries(names.map((attribute) => [attribute, 'x']));
        if (kind === 'histogram') return [{ ...histogram(name, of, [0.1, 1], [1, 2, 3], 4), unit, description }];
        return kind === 'exponential_histogram' ? [] : [{ ...number(name, kind, [[1, of]]), unit, description }];
      },
    );
    const text = await pushed(...metrics);
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text.match(/^# TYPE /gm)).toHaveLength(metrics.length);
    // None of them has to hide behind another's name.
    expect(text.match(/^# TYPE \w+_total unknown$/gm)).toBeNull();
  });

  it('tells a unit only where the name ends with it', async () => {
    const text = await pushed(number('wait', 'gauge', [[1]], 'ms'), number('seconds.waited', 'gauge', [[1]], 's'));
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text.match(/^# UNIT .*$/gm)).toEqual(['# UNIT wait_milliseconds milliseconds']);
  });

  it('has the same series and values as the text format', async () => {
    const metrics: Metric[] = [
      took({}),
      parts,
      waits,
      number('jobs', 'counter', [[3]]),
      number('jobs', 'gauge', [[1, { a: '"\\\n' }]]),
      number('big', 'gauge', [[1e21, {}]]),
    ];
    for (const snapshot of [only(metrics), snapshotOf([shopWorker('a', 3)])]) {
      expect(samples(await scrape(snapshot, OPEN_METRICS))).toEqual(samples(await scrape(snapshot, '')));
    }
  });

  it('writes summaries', async () => {
    const text = await pushed(parts);
    expect(openMetricsProblems(text)).toEqual([]);
    const labels = 'exported_quantile="mine",instance="host-1",job="shop",worker="0"';
    expect(text).toBe(`# TYPE parts_bytes summary
# UNIT parts_bytes bytes
# HELP parts_bytes OpenTelemetry metric parts.
parts_bytes{${labels},quantile="0.5"} 1
parts_bytes{${labels},quantile="0.99"} NaN
parts_bytes{${labels},quantile="1.0"} 1000000
parts_bytes_sum{${labels}} 12.5
parts_bytes_count{${labels}} 7
# EOF
`);
  });

  it('writes exponential histograms with powers of two as bounds, but for those of the catalogue', async () => {
    const text = await pushed(waits, { ...waits, name: 'outrider.route.duration' });
    expect(openMetricsProblems(text)).toEqual([]);
    const labels = 'instance="host-1",job="shop",worker="0"';
    expect(text).toBe(`# TYPE waits_seconds histogram
# UNIT waits_seconds seconds
# HELP waits_seconds OpenTelemetry metric waits.
waits_seconds_bucket{${labels},le="0.5"} 1
waits_seconds_bucket{${labels},le="1.0"} 2
waits_seconds_bucket{${labels},le="2.0"} 8
waits_seconds_bucket{${labels},le="+Inf"} 8
waits_seconds_sum{${labels}} 30
waits_seconds_count{${labels}} 8
# EOF
`);
  });

  it('escapes help and label values', async () => {
    const metric = { ...number('calls', 'gauge', [[1, { k: 'a"b\\c\nd' }]]), description: 'a "b" \\ c\nd' };
    const text = await pushed(metric);
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text).toContain('# HELP calls a \\"b\\" \\\\ c\\nd\n');
  });

  it('has count and sum both or none, as some readers refuse the whole scrape otherwise', async () => {
    const text = await pushed(
      { ...took({ sum: undefined }), name: 'unsummed' },
      { ...took({ sum: -1 }), name: 'owing' },
      { ...took({ bounds: [-1, 1] }), name: 'below_zero' },
      { ...parts, points: parts.points.map((point) => ({ ...point, sum: -1, quantiles: [[0.5, -3] as const] })) },
      took({}),
    );
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text.match(/^\w+_(?:sum|count)/gm)).toEqual(['took_seconds_sum', 'took_seconds_count']);
    expect(text.match(/le="\+Inf"\} 5$/gm)).toHaveLength(4);
  });
});

describe('a counter whose name without _total is another family', () => {
  const counter = number('jobs', 'counter', [[3]]);
  const total = 'jobs_total{instance="host-1",job="shop",worker="0"} 3\n';

  it.each([
    ['a gauge', number('jobs', 'gauge', [[1]])],
    ['a histogram', { ...histogram('jobs', {}, [1], [1, 1], 1), unit: '' }],
    ['a part of a histogram', { ...histogram('x', {}, [1], [1, 1], 1), unit: '' }, 'x_count'],
    ['a reserved name', number('jobs.created', 'gauge', [[1]])],
  ])('is there all the same, as unknown: %s', async (_, other, name = 'jobs') => {
    for (const metrics of [
      [{ ...counter, name }, other],
      [other, { ...counter, name }],
    ]) {
      const text = await pushed(...metrics);
      expect(openMetricsProblems(text)).toEqual([]);
      expect(text).toContain(`# TYPE ${name}_total unknown\n`);
      expect(text).toContain(total.replace('jobs', name));
    }
  });

  it('is one, otherwise', async () => {
    const text = await pushed(counter, number('job', 'gauge', [[1]]));
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text).toContain(`# TYPE jobs counter\n# HELP jobs OpenTelemetry metric jobs.\n${total}`);
  });
});

describe('exemplars', () => {
  const shown = ` # {trace_id="${TRACE}",span_id="${SPAN}"}`;

  it('stand at their buckets', async () => {
    const exemplars = [exemplar(0.5, 1_763_712_000_123), exemplar(0.2, 1_763_712_000_000), exemplar(3, undefined)];
    const text = await pushed(took({ exemplars }));
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text).toContain(`,le="0.5"} 3${shown} 0.5 1763712000.123\n`);
    expect(text).toContain(',le="1.0"} 3\n');
    expect(text).toContain(`,le="+Inf"} 5${shown} 3\n`);
  });

  it('stand at counters, the newest', async () => {
    const counter = number('jobs', 'counter', [[3]]);
    const exemplars = [exemplar(1, 2000), exemplar(2, 3000), exemplar(3, 1000)];
    const points = counter.points.map((point) => ({ ...point, exemplars }));
    const text = await pushed({ ...counter, points });
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text).toContain(`"} 3${shown} 2 3\n`);
    // Neither a gauge nor what must not be declared as a counter may have any.
    const gauge = { ...number('jobs', 'gauge', [[3]]), points };
    const beside = await pushed({ ...counter, points }, gauge);
    expect(openMetricsProblems(beside)).toEqual([]);
    expect(beside).not.toContain(' # {');
  });

  it('are left out where they name no trace, are no number, or are of no time', async () => {
    const exemplars = [{ ...exemplar(0.1, 1), traceId: undefined }, exemplar(NaN, 1)];
    expect(await pushed(took({ exemplars }))).not.toContain(' # {');
    const timeless = await pushed(took({ exemplars: [{ ...exemplar(0.1, Infinity), spanId: undefined }] }));
    expect(timeless).toContain(` # {trace_id="${TRACE}"} 0.1\n`);
  });

  it('are not in the text format', async () => {
    expect(await scrape(only([took({ exemplars: [exemplar(0.1, 1)] })]), '')).not.toContain('trace_id');
  });
});

describe('the checker of these tests', () => {
  const right = `# TYPE a_seconds histogram
# UNIT a_seconds seconds
a_seconds_bucket{le="1.0"} 1 # {t="x"} 0.5 1
a_seconds_bucket{le="+Inf"} 2
a_seconds_sum 3
a_seconds_count 2
# TYPE b counter
b_total 1
# EOF
`;

  it('finds nothing in what is right', () => {
    expect(openMetricsProblems(right)).toEqual([]);
  });

  it.each([
    ['# EOF\n', '', 'does not end'],
    ['# UNIT a_seconds seconds', '# UNIT a_seconds bytes', 'the unit is not'],
    ['TYPE b counter', 'TYPE b untyped', 'no such type'],
    ['b_total 1', 'b 1', 'no sample of a counter'],
    ['b_total 1', 'b_total -1', 'below 0'],
    ['b_total 1', 'b_total NaN', 'below 0'],
    ['b_total 1', 'b_total 1\nb_total 1', 'a series is there twice'],
    ['b_total 1', 'b_total{x="1",x="2"} 1', 'a label is there twice'],
    ['b_total 1', 'b_total{x="\\a"} 1', 'no sample'],
    ['b_total 1', 'b_total 0x1', 'no sample'],
    ['b_total 1', `b_total 1 # {t="${'x'.repeat(128)}"} 1`, 'too long'],
    ['b_total 1', 'b_total 1\n# HELP b late', 'told twice, or after'],
    ['# TYPE b counter', '# TYPE b counter\n# HELP b say "it"', 'not escaped'],
    ['# TYPE b counter\nb_total 1', '# TYPE a_seconds_sum gauge\na_seconds_sum 1', 'clashes'],
    ['# TYPE b counter\nb_total 1', '# TYPE a counter\na_total 1\n# TYPE a_created gauge\na_created 1', 'clashes'],
    ['b_total 1', 'b_total 1\n# TYPE c gauge\nc 1 # {t="x"} 1', 'no exemplar'],
    ['b_total 1', 'b_total 1\n# TYPE a_seconds gauge', 'a family is there twice'],
    ['{le="+Inf"} 2', '{le="2.0"} 2', 'not +Inf'],
    ['a_seconds_count 2', 'a_seconds_count 3', 'not that of +Inf'],
    ['a_seconds_count 2\n', '', 'not both there'],
    ['{le="1.0"} 1', '{le="-1.0"} 1', 'a sum beside'],
    ['{le="1.0"} 1', '{le="1.0"} 3', 'do not rise'],
    ['0.5 1', '1.5 1', 'not in its bucket'],
    ['b_total 1\n', '', 'no samples'],
  ])('finds what is wrong: %j as %j', (part, wrong, problem) => {
    expect(openMetricsProblems(right.replace(part, wrong))).toContainEqual(expect.stringContaining(problem));
  });
});
