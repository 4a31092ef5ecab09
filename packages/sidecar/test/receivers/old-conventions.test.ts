import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/metric.ts';
import { encodings, requestOf } from './otlp-encode.ts';
import { stored } from './stored.ts';

function attributes(of: Readonly<Record<string, string>>): object[] {
  return Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function duration(name: string, unit: string, of: Readonly<Record<string, string>>, ...more: object[]): object {
  const point = { attributes: attributes(of), count: '3', sum: 30, bucketCounts: ['1', '2'], explicitBounds: [5] };
  return { name, unit, histogram: { aggregationTemporality: 2, dataPoints: [point, ...more] } };
}

function gauge(name: string, of: Readonly<Record<string, string>>, value = '2'): object {
  return { name, sum: { aggregationTemporality: 2, dataPoints: [{ asInt: value, attributes: attributes(of) }] } };
}

describe.each(encodings)('older semantic conventions in $encoding', ({ decode }) => {
  function read(...metrics: readonly object[]): readonly Metric[] {
    return decode(requestOf(...metrics)).resources[0]?.metrics ?? [];
  }

  it('become those of today: names, attributes and seconds', () => {
    const sent = {
      'http.method': 'GET',
      'http.scheme': 'http',
      'http.status_code': '200',
      'http.route': '/users/{id}',
      'http.flavor': '1.1',
      'team.name': 'shop',
    };
    expect(read(duration('http.server.duration', 'ms', sent))).toEqual([
      {
        name: 'http.server.request.duration',
        unit: 's',
        description: '',
        kind: 'histogram',
        points: [
          {
            attributes: [
              ['http.request.method', 'GET'],
              ['http.response.status_code', '200'],
              ['http.route', '/users/{id}'],
              ['network.protocol.version', '1.1'],
              ['team.name', 'shop'],
              ['url.scheme', 'http'],
            ],
            count: 3,
            sum: 0.03,
            bounds: [0.005],
            counts: [1, 2],
          },
        ],
      },
    ]);
  });

  it('lose what is a new series with each request, or may be secret, and what differs in nothing else is added up', () => {
    const raw = { 'http.target': '/?token=1', 'http.url': 'http://x/', 'http.host': 'a', 'net.peer.ip': '10.0.0.1' };
    const other = { attributes: attributes({ 'http.method': 'GET', 'http.target': '/2' }), count: '1', sum: 1 };
    const second = { ...other, bucketCounts: ['1', '0'], explicitBounds: [5] };
    const [metric] = read(duration('http.server.duration', 'ms', { 'http.method': 'GET', ...raw }, second));
    expect(metric?.points).toEqual([
      { attributes: [['http.request.method', 'GET']], count: 4, sum: 0.031, bounds: [0.005], counts: [2, 2] },
    ]);
  });

  it('name the route in http.target where the instrumentation asks the framework for it', () => {
    const of = { 'http.method': 'GET', 'http.target': '/users/{id}' };
    const metrics = [duration('http.server.duration', 'ms', of)];
    const scoped = (name: string): unknown =>
      decode({ resourceMetrics: [{ scopeMetrics: [{ scope: { name }, metrics }] }] }).resources[0]?.metrics[0]
        ?.points[0]?.attributes;
    expect(scoped('opentelemetry.instrumentation.fastapi')).toEqual([
      ['http.request.method', 'GET'],
      ['http.route', '/users/{id}'],
    ]);
    expect(scoped('opentelemetry.instrumentation.wsgi')).toEqual([['http.request.method', 'GET']]);
  });

  it('say of an error that it is one', () => {
    const typeOf = (name: string, status: string, more: object = {}): unknown =>
      read(duration(name, 'ms', { 'http.status_code': status, ...more }))[0]
        ?.points[0]?.attributes.find(([key]) => key === 'error.type')
        ?.at(1);
    expect(typeOf('http.server.duration', '503')).toBe('503');
    expect(typeOf('http.server.duration', '404')).toBeUndefined();
    expect(typeOf('http.client.duration', '404')).toBe('404');
    expect(typeOf('http.server.duration', '503', { 'error.type': 'Timeout' })).toBe('Timeout');
  });

  it('have the other side of a call as its server', () => {
    const sent = {
      'http.method': 'GET',
      'net.peer.name': 'api',
      'net.peer.port': '443',
      'http.url': 'https://api/?k=1',
    };
    expect(read(duration('http.client.duration', 'ms', sent))).toMatchObject([
      {
        name: 'http.client.request.duration',
        points: [
          {
            attributes: [
              ['http.request.method', 'GET'],
              ['server.address', 'api'],
              ['server.port', '443'],
            ],
          },
        ],
      },
    ]);
  });

  it('become the pools of today', () => {
    const of = { 'pool.name': 'main', state: 'used' };
    const metrics = read(
      gauge('db.client.connections.usage', of),
      gauge('db.client.connections.max', { 'pool.name': 'main' }),
      gauge('db.client.connections.pending_requests', { 'db.client.connections.pool.name': 'main' }),
      duration('db.client.connections.wait_time', 'ms', { 'pool.name': 'main' }),
    );
    const pool = ['db.client.connection.pool.name', 'main'];
    expect(metrics.map(({ name, points }) => [name, points[0]?.attributes])).toEqual([
      ['db.client.connection.count', [pool, ['db.client.connection.state', 'used']]],
      ['db.client.connection.limit', [pool]],
      ['db.client.connection.pending_requests', [pool]],
      ['db.client.connection.wait_time', [pool]],
    ]);
    expect(metrics[3]).toMatchObject({ unit: 's', points: [{ bounds: [0.005] }] });
  });

  it('have attributes of today where the metric has kept its name', () => {
    const of = { 'http.method': 'GET', 'http.scheme': 'http', 'http.host': 'a:1', 'http.request.method': 'get' };
    expect(read(gauge('http.server.active_requests', of))[0]?.points).toEqual([
      {
        attributes: [
          ['http.request.method', 'get'],
          ['url.scheme', 'http'],
        ],
        value: 2,
      },
    ]);
    const today = gauge('http.server.active_requests', { 'url.scheme': 'http', 'a.b': 'c' });
    expect(read(today)).toMatchObject([
      {
        points: [
          {
            attributes: [
              ['a.b', 'c'],
              ['url.scheme', 'http'],
            ],
          },
        ],
      },
    ]);
  });

  it('stay beside what the same push sends by the name of today, whichever comes first', () => {
    const old = duration('http.server.duration', 'ms', { 'http.method': 'GET' });
    const today = duration('http.server.request.duration', 's', { 'http.request.method': 'GET' });
    const names = (...metrics: readonly object[]): unknown => read(...metrics).map(({ name }) => name);
    expect(names(old, today)).toEqual(['http.server.duration', 'http.server.request.duration']);
    expect(names(today, old)).toEqual(['http.server.request.duration', 'http.server.duration']);
  });

  it('are told apart by process: what one sends by the name of today says nothing of another', () => {
    const process = (id: string, metric: object): object => ({
      resource: { attributes: attributes({ 'service.instance.id': id }) },
      scopeMetrics: [{ metrics: [metric] }],
    });
    const old = duration('http.server.duration', 'ms', {});
    const today = duration('http.server.request.duration', 's', {});
    const { resources } = decode({ resourceMetrics: [process('1', old), process('2', today)] });
    expect(resources.map(({ metrics }) => metrics[0]?.name)).toEqual(
      [today, today].map(() => 'http.server.request.duration'),
    );
  });

  it.each([
    ['another unit', duration('http.server.duration', 'us', {})],
    [
      'exponential buckets, which have no equal in seconds',
      {
        name: 'http.server.duration',
        unit: 'ms',
        exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ count: '1', zeroCount: '1' }] },
      },
    ],
  ])('stay what they are in %s', (_, metric) => {
    expect(read(metric)).toMatchObject([{ name: 'http.server.duration' }]);
  });

  it('keep the time of a delta', () => {
    const point = { count: '1', bucketCounts: ['1'], startTimeUnixNano: '1', timeUnixNano: '2' };
    const metric = {
      name: 'http.server.duration',
      unit: 'ms',
      histogram: { aggregationTemporality: 1, dataPoints: [point] },
    };
    expect(read(metric)).toMatchObject([{ points: [{ interval: { start: 1, end: 2 } }] }]);
  });

  it('keep the time of deltas that are added up, so that the sums of pushes are right', () => {
    const ofTarget = (target: string, second: number) => ({
      attributes: attributes({ 'http.target': target }),
      count: '1',
      bucketCounts: ['1'],
      startTimeUnixNano: `${second}000000000`,
      timeUnixNano: `${second + 1}000000000`,
    });
    const pushed = [1, 2, 3].map((second) => {
      const dataPoints = [ofTarget('/1', second), ofTarget('/2', second)];
      const histogram = { aggregationTemporality: 1, dataPoints };
      return decode(requestOf({ name: 'http.server.duration', unit: 'ms', histogram })).resources;
    });
    expect(stored(pushed).sessions[0]?.metrics).toMatchObject([{ points: [{ count: 6 }] }]);
  });

  // Each of them once held a copy of all attributes of its resource: 1.3 GB here.
  it(
    'are renamed in the time that is taken by what was sent, however long its resource is',
    { timeout: 10_000 },
    () => {
      const long = Object.fromEntries(Array.from({ length: 128 }, (_, i) => [`k${i}`, 'x'.repeat(1024)]));
      const metrics = Array.from({ length: 10_000 }, (_, i) => gauge(i % 2 ? `g${i}` : 'http.server.request.size', {}));
      const resource = { attributes: attributes(long) };
      const [decoded] = decode({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }).resources;
      expect(decoded?.metrics[0]?.name).toBe('http.server.request.body.size');
    },
  );

  it('count every point that was sent as stored', () => {
    const second = {
      attributes: attributes({ 'http.target': '/2' }),
      count: '1',
      bucketCounts: ['1', '0'],
      explicitBounds: [5],
    };
    const decoded = decode(requestOf(duration('http.server.duration', 'ms', { 'http.target': '/1' }, second)));
    expect([decoded.points, decoded.dropped.size]).toEqual([2, 0]);
  });
});
