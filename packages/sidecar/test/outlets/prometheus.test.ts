import { spawnSync } from 'node:child_process';
import { catalogue } from '@outrider/core/catalogue';
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/metric.ts';
import type { OutletContext } from '../../src/outlets/outlet.ts';
import { prometheusOutlet } from '../../src/outlets/prometheus.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { from, histogram, number } from '../store/pushes.ts';
import { nothing, outletContext, outletRequest, shopWorker, snapshotOf } from './snapshots.ts';

function scraper(context: OutletContext = outletContext()): (snapshot: Snapshot) => Promise<string> {
  const outlet = prometheusOutlet(context);
  return async (snapshot) => String((await outlet.answer(snapshot, outletRequest())).body);
}

async function exposition(snapshot: Snapshot): Promise<string> {
  return scraper()(snapshot);
}

/** A snapshot with nothing in it but what was pushed. */
function onlyPushed(snapshot: Snapshot): Snapshot {
  return { ...snapshot, host: nothing, own: [], store: { ...snapshot.store, services: [] } };
}

/** Only what applications pushed. */
async function applications(...pushes: Parameters<typeof snapshotOf>[0]): Promise<string> {
  return exposition(onlyPushed(snapshotOf(pushes)));
}

function lint(text: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

describe('/metrics', () => {
  it('writes host, applications and itself as one text, always the same', async () => {
    const text = await exposition(snapshotOf([shopWorker('b', 2), shopWorker('a')]));
    await expect(text).toMatchFileSnapshot('fixtures/metrics.prom');
  });

  it('pleases promtool with every metric of the catalogue', async () => {
    const metrics = [...catalogue.values()].map(({ name, unit, kind, description, attributes }): Metric => {
      const of = Object.fromEntries(attributes.map((attribute) => [attribute, 'x']));
      if (kind === 'histogram') return histogram(name, of, [0.1, 1], [1, 2, 3], 4);
      const shared = { name, unit, description };
      if (kind === 'exponential_histogram') return { ...shared, kind, points: [] };
      return { ...number(name, kind, [[1, of]]), ...shared };
    });
    expect(lint(await exposition(snapshotOf([from('a', metrics)])))).toEqual({ status: 0, output: '' });
    expect(lint(await exposition(snapshotOf([shopWorker('a'), shopWorker('b')])))).toEqual({ status: 0, output: '' });
  });

  it('pleases promtool with summaries and exponential histograms', async () => {
    const of = { unit: 's', description: '' };
    const points = [{ attributes: [], count: 3, sum: 1.5, quantiles: [[0.5, 0.25] as const, [0.99, NaN] as const] }];
    const buckets = [
      { attributes: [], count: 3, sum: 1.5, scale: 2, zeroCount: 1, offset: -8, counts: [1, 0, 0, 0, 1] },
    ];
    const text = await applications(
      from('a', [
        { ...of, name: 'waited', kind: 'summary', points },
        { ...of, name: 'took', kind: 'exponential_histogram', points: buckets },
      ]),
    );
    expect(text).toContain('waited_seconds{instance="host-1",job="shop",worker="0",quantile="0.5"} 0.25\n');
    expect(text).toContain('took_seconds_bucket{instance="host-1",job="shop",worker="0",le="0.5"} 2\n');
    expect(lint(text)).toEqual({ status: 0, output: '' });
  });

  it('would not please promtool if gauges named _count were declared as gauges', async () => {
    const text = await applications(shopWorker('a'));
    expect(text).toContain('# TYPE db_client_connection_count untyped\n');
    expect(text).toContain('# TYPE process_unix_file_descriptor_count untyped\n');
    expect(lint(text.replace('connection_count untyped', 'connection_count gauge')).output).toContain(
      '"_count" suffix',
    );
  });

  it('joins points of the host and of applications in one family', async () => {
    expect(await exposition(snapshotOf([shopWorker('a')]))).toContain(`# TYPE container_cpu_time_seconds_total counter
container_cpu_time_seconds_total 60
container_cpu_time_seconds_total{instance="host-1",job="shop",worker="0"} 3
`);
  });

  it('names the service with its namespace', async () => {
    const push = from('a', [number('calls', 'counter', [[1]])], { 'service.namespace': 'eu' });
    expect(await applications(push)).toContain('calls_total{instance="host-1",job="eu/shop",worker="0"} 1\n');
  });

  it('writes cumulative buckets, +Inf, sum and count', async () => {
    expect(await applications(from('a', [histogram('took', {}, [0.5, 1, 1e21], [3, 0, 2, 1], 7.25)]))).toBe(
      `# HELP took_seconds OpenTelemetry metric took.
# TYPE took_seconds histogram
took_seconds_bucket{instance="host-1",job="shop",worker="0",le="0.5"} 3
took_seconds_bucket{instance="host-1",job="shop",worker="0",le="1.0"} 3
took_seconds_bucket{instance="host-1",job="shop",worker="0",le="1e+21"} 5
took_seconds_bucket{instance="host-1",job="shop",worker="0",le="+Inf"} 6
took_seconds_sum{instance="host-1",job="shop",worker="0"} 7.25
took_seconds_count{instance="host-1",job="shop",worker="0"} 6
`,
    );
  });

  it('leaves out a sum that is not there, and writes a histogram without buckets', async () => {
    const bare = histogram('took', {}, [], [], undefined);
    const text = await applications(
      from('a', [{ ...bare, points: bare.points.map((point) => ({ ...point, count: 5 })) }]),
    );
    expect(text).toContain('le="+Inf"} 5\n');
    expect(text).toMatch(/_count\{[^}]*\} 5\n/);
    expect(text).not.toContain('_sum');
  });

  it('says +Inf once for a sender that lists it as a bound', async () => {
    const text = await applications(from('a', [histogram('took', {}, [1, Infinity], [1, 2, 0], 1)]));
    expect(text.match(/le="\+Inf"\} 3\n/g)).toHaveLength(1);
  });

  it('gives requests without a route the route unmatched, where there is a route at all', async () => {
    const text = await applications(shopWorker('a'));
    expect(text).toContain(
      'http_server_slow_requests_total{http_route="unmatched",instance="host-1",job="shop",worker="0"} 1\n',
    );
    expect(text).toMatch(/^http_server_active_requests\{http_request_method="GET",instance=/m);
    expect(text).not.toMatch(/outcomes_total\{[^}]*http_route/);
  });

  it('leaves out the exponential histogram of the catalogue, which tells what an explicit one tells', async () => {
    expect(await applications(shopWorker('a'))).not.toContain('outrider_route_duration');
  });

  it('escapes values and help', async () => {
    const metric = { ...number('calls', 'counter', [[1, { k: 'a"b\\c\nd\uD800' }]]), description: 'one\\two\nthree' };
    const text = await applications(from('a', [metric]));
    expect(text).toContain('# HELP calls_total one\\\\two\\nthree\n');
    expect(text).toContain('k="a\\"b\\\\c\\nd\uFFFD"');
    expect(lint(text)).toEqual({ status: 0, output: '' });
  });

  it('keeps its own labels and prefixes those of the data that want their names', async () => {
    const metric = number('calls', 'counter', [[1, { job: 'j', instance: 'i', worker: 'w', le: 'l' }]]);
    const took = histogram('took', { le: 'l', job: 'j' }, [1], [1, 0], 1);
    const text = await applications(from('a', [metric, took]));
    expect(text).toContain(
      'calls_total{exported_instance="i",exported_job="j",exported_worker="w",instance="host-1",job="shop",le="l",worker="0"} 1\n',
    );
    expect(text).toContain('exported_job="j",exported_le="l",instance="host-1",job="shop",worker="0",le="1.0"} 1\n');
    expect(lint(await applications(from('a', [took])))).toEqual({ status: 0, output: '' });
  });

  it('joins attributes that map to one label', async () => {
    const metric = number('calls', 'counter', [[1, { 'a.b': 'one', 'a/b': 'two', a_b: 'three' }]]);
    expect(await applications(from('a', [metric]))).toContain('calls_total{a_b="one;two;three",');
  });

  it('does not let an attribute rename the metric', async () => {
    const text = await applications(from('a', [number('calls', 'counter', [[1, { __name__: 'up', '': 'x' }]])]));
    expect(text).toContain('calls_total{instance="host-1",job="shop",key_name_="up",worker="0"} 1\n');
  });

  it('writes what is not finite as Prometheus reads it', async () => {
    const metric = number('level', 'gauge', [
      [Infinity, { k: 'a' }],
      [-Infinity, { k: 'b' }],
      [NaN, { k: 'c' }],
    ]);
    const text = await applications(from('a', [metric]));
    expect(text.match(/\S+$/gm)?.slice(-3)).toEqual(['+Inf', '-Inf', 'NaN']);
  });
});

describe('what cannot stand side by side', () => {
  it.each([
    ['types', number('queue.length', 'gauge', [[1]]), histogram('queue_length', {}, [1], [1, 1], 1), ''],
    ['a part of a histogram', histogram('took', {}, [1], [1, 1], 1), number('took_seconds_count', 'gauge', [[1]]), 's'],
    ['a histogram over a part', number('took_seconds_sum', 'gauge', [[1]]), histogram('took', {}, [1], [1, 1], 1), 's'],
  ])('is reduced to what came first: %s', async (_, first, second, unit) => {
    const context = outletContext();
    const scrape = scraper(context);
    const text = await scrape(onlyPushed(snapshotOf([from('a', [first, { ...second, unit }])])));
    expect(text.match(/^# TYPE /gm)).toHaveLength(1);
    expect(text).toContain(
      first.kind === 'histogram' ? 'histogram' : first.name.endsWith('_sum') ? 'untyped' : 'gauge',
    );
    expect(context.logged).toEqual([
      `warn left out of /metrics {"metric":"${second.name}","reason":"conflicting_type"}`,
    ]);
    await scrape(snapshotOf([from('a', [first, { ...second, unit }])]));
    expect(context.logged).toHaveLength(1);
  });

  it('never costs the host its metrics', async () => {
    const pushed = histogram('system.cpu.utilization', {}, [1], [1, 1], 1);
    const text = await exposition(
      snapshotOf([from('a', [{ ...pushed, name: 'system.cpu.utilization.ratio', unit: '' }])]),
    );
    expect(text).toContain('# TYPE system_cpu_utilization_ratio gauge\nsystem_cpu_utilization_ratio 0.123456\n#');
  });

  it('is a series that is there twice', async () => {
    const context = outletContext();
    const metric = number('calls', 'counter', [
      [1, { 'a.b': 'x' }],
      [2, { a_b: 'x' }],
    ]);
    const body = await scraper(context)(snapshotOf([from('a', [metric])]));
    expect(body.match(/^calls_total\{.*$/gm)).toEqual([
      'calls_total{a_b="x",instance="host-1",job="shop",worker="0"} 1',
    ]);
    expect(context.logged).toEqual(['warn left out of /metrics {"metric":"calls_total","reason":"duplicate_series"}']);
  });

  it('does not fill the log, whatever names are sent', async () => {
    const context = outletContext();
    const clashing = Array.from({ length: 300 }, (_, i) => [
      number(`m${i}`, 'gauge', [[1]]),
      histogram(`m${i}`, {}, [], [], 1),
    ]).flat();
    await scraper(context)(
      snapshotOf([
        from(
          'a',
          clashing.map((metric) => ({ ...metric, unit: '' })),
        ),
      ]),
    );
    expect(context.logged).toHaveLength(100);
  });

  it.each(['???', 'up'])('is the name %s', async (name) => {
    const context = outletContext();
    const body = await scraper(context)(snapshotOf([from('a', [number(name, 'gauge', [[1]])])]));
    expect(lint(body)).toEqual({ status: 0, output: '' });
    expect(body).not.toMatch(/^up/m);
    expect(context.logged).toEqual([`warn left out of /metrics {"metric":"${name}","reason":"invalid_name"}`]);
  });
});

describe('a scrape', () => {
  it('gets the bytes that were written for the same snapshot', async () => {
    const context = outletContext();
    const outlet = prometheusOutlet(context);
    const snapshot = snapshotOf([shopWorker('a')]);
    const [first, second] = await Promise.all([
      outlet.answer(snapshot, outletRequest()),
      outlet.answer(snapshot, outletRequest()),
    ]);
    expect(second.body).toBe(first.body);
    expect((await outlet.answer(snapshot, outletRequest())).body).toBe(first.body);
    expect(context.costs).toEqual([{ seconds: 0, bytes: first.body.length, omitted: new Map() }]);
    await outlet.answer({ ...snapshot }, outletRequest());
    expect(context.costs).toHaveLength(2);
  });

  it('leaves nothing behind that was written for the reader of another format', async () => {
    const context = outletContext();
    const outlet = prometheusOutlet(context);
    const earlier = snapshotOf([shopWorker('a')]);
    const openMetrics = outletRequest('', 'application/openmetrics-text');
    await outlet.answer(earlier, openMetrics);
    await outlet.answer({ ...earlier }, outletRequest());
    expect(context.costs).toHaveLength(2);
    // It had to be written anew, so it was not kept.
    await outlet.answer(earlier, openMetrics);
    expect(context.costs).toHaveLength(3);
  });

  it('of another format has a writing of its own', async () => {
    const context = outletContext();
    const outlet = prometheusOutlet(context);
    const snapshot = snapshotOf([shopWorker('a')]);
    const text = await outlet.answer(snapshot, outletRequest());
    const openMetrics = await outlet.answer(snapshot, outletRequest('', 'application/openmetrics-text'));
    expect([text.contentType, openMetrics.contentType]).toEqual([
      'text/plain; version=0.0.4; charset=utf-8',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ]);
    expect(openMetrics.body).not.toEqual(text.body);
    expect(text.vary).toBe('Accept');
    expect(context.costs).toHaveLength(2);
  });

  it('is told 503 when nothing is fresh', async () => {
    const stale = snapshotOf([shopWorker('a')], { fresh: false });
    const answer = await prometheusOutlet(outletContext()).answer(stale, outletRequest());
    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('Nothing here is fresh') as string });
  });

  it('does not keep others waiting while a large one is written', async () => {
    const points = Array.from({ length: 20_000 }, (_, i): [number, Record<string, string>] => [i, { k: `value ${i}` }]);
    const large = snapshotOf([]);
    const session = { service: 'shop', worker: 0, state: 'live', resource: [], processes: [], slowRequests: undefined };
    const metrics = [number('calls', 'counter', points)];
    // Each look at the clock is 6 ms later than the one before, so that some pieces of text are a stretch.
    let now = 0;
    const context = { ...outletContext(), clock: () => (now += 6) };
    let turns = 0;
    let written = false;
    const count = (): void => {
      turns += 1;
      if (!written) setImmediate(count);
    };
    setImmediate(count);
    const store = { ...large.store, sessions: [{ ...large.store.sessions[0], ...session, metrics }] };
    await scraper(context)({ ...large, store: store as Snapshot['store'] });
    written = true;
    expect(turns).toBeGreaterThan(5);
  });
});

describe('what is left out', () => {
  it('is counted by reason, in points', async () => {
    const context = outletContext();
    const metrics = [
      number('jobs', 'gauge', [[1]]),
      { ...histogram('jobs', {}, [1], [1, 1], 1), unit: '' },
      number('???', 'gauge', [
        [1, { k: 'a' }],
        [2, { k: 'b' }],
      ]),
      number('calls', 'counter', [
        [1, { 'a.b': 'x' }],
        [2, { a_b: 'x' }],
      ]),
    ];
    await scraper(context)(snapshotOf([from('a', metrics)]));
    expect(context.costs[0]?.omitted).toEqual(
      new Map([
        ['conflicting_type', 1],
        ['invalid_name', 2],
        ['duplicate_series', 1],
      ]),
    );
  });
});
