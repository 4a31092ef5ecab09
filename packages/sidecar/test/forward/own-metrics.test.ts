import { describe, expect, it } from 'vitest';
import { numbers } from '../../src/collectors/collector.ts';
import { ownMetrics } from '../../src/forward/own-metrics.ts';
import type { Metric } from '../../src/metric.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { VERSION } from '../../src/version.ts';
import { decodeOfficially } from './official-protobuf.ts';

const BOOT = Date.UTC(2026, 0, 1);
const START = Date.UTC(2026, 10, 1);
const NOW = Date.UTC(2026, 10, 21);
const IDENTITY = { instance: 'host-7', instanceId: 'e1', startedAt: START, bootedAt: BOOT };

function snapshotOf(of: {
  readonly host?: readonly Metric[];
  readonly own?: readonly Metric[];
  readonly services?: Snapshot['store']['services'];
}): Snapshot {
  const { host = [], own = [], services = [] } = of;
  return {
    time: new Date(NOW),
    instance: 'host-7',
    host: { metrics: host, absent: {}, collectors: [] },
    own,
    store: { sessions: [], services, live: 0, series: 0, seen: false },
    fresh: true,
    missing: [],
  };
}

interface Sum {
  readonly dataPoints: ReadonlyArray<{ readonly startTimeUnixNano?: string; readonly timeUnixNano: string }>;
}

/** Start and time of the first point of each metric, by name. */
function times(body: Uint8Array): Readonly<Record<string, unknown>> {
  const { resourceMetrics } = decodeOfficially(body) as {
    resourceMetrics: Array<{ scopeMetrics: Array<{ metrics: Array<{ name: string; sum?: Sum; gauge?: Sum }> }> }>;
  };
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return Object.fromEntries(
    metrics.map(({ name, sum, gauge }) => {
      const [point] = (sum ?? gauge)?.dataPoints ?? [];
      return [name, [point?.startTimeUnixNano, point?.timeUnixNano]];
    }),
  );
}

describe('what the sidecar forwards of its own', () => {
  it('is of the service outrider, and of each service what is known of its processes', () => {
    const request = ownMetrics(
      snapshotOf({
        host: [
          numbers('system.cpu.time', [
            [1, { 'cpu.mode': 'user' }],
            [2, { 'cpu.mode': 'idle' }],
          ]),
        ],
        own: [numbers('outrider.memory.usage', [[3]])],
        services: [
          { service: 'shop', metrics: [numbers('app.process.restarts', [[4]])] },
          { service: 'team/cart', metrics: [numbers('app.process.restarts', [[5]])] },
          { service: 'quiet', metrics: [] },
        ],
      }),
      IDENTITY,
    );
    expect(request).toMatchObject({ points: 5, unencodable: 0 });
    const { resources, points } = decodeOtlpProtobuf(request!.body, otlpLimits);
    expect(points).toBe(5);
    const ids = { 'host.name': 'host-7', 'service.instance.id': 'e1' };
    expect(
      resources.map(({ resource, metrics }) => [
        Object.fromEntries(resource),
        metrics.map((metric) => [metric.name, metric.points]),
      ]),
    ).toEqual([
      [
        { ...ids, 'service.name': 'outrider', 'service.version': VERSION },
        [
          [
            'system.cpu.time',
            [
              { attributes: [['cpu.mode', 'user']], value: 1 },
              { attributes: [['cpu.mode', 'idle']], value: 2 },
            ],
          ],
          ['outrider.memory.usage', [{ attributes: [], value: 3 }]],
        ],
      ],
      [{ ...ids, 'service.name': 'shop' }, [['app.process.restarts', [{ attributes: [], value: 4 }]]]],
      [
        { ...ids, 'service.name': 'cart', 'service.namespace': 'team' },
        [['app.process.restarts', [{ attributes: [], value: 5 }]]],
      ],
    ]);
  });

  it('begins at boot where the kernel counts, and at the start of the sidecar where it counts itself', () => {
    const request = ownMetrics(
      snapshotOf({
        host: [
          numbers('system.disk.io_time', [[1]]),
          numbers('container.cpu.time', [[1]]),
          numbers('system.memory.limit', [[1]]),
          numbers('system.cpu.utilization', [[0.5]]),
        ],
        own: [numbers('outrider.cpu.time', [[1, { 'cpu.mode': 'user' }]])],
        services: [{ service: 'shop', metrics: [numbers('app.process.exits', [[1, { reason: 'crash' }]])] }],
      }),
      IDENTITY,
    );
    const [boot, start, now] = [BOOT, START, NOW].map((time) => `${time}000000`);
    expect(times(request!.body)).toEqual({
      'system.disk.io_time': [boot, now],
      'container.cpu.time': [boot, now],
      'system.memory.limit': [boot, now],
      'system.cpu.utilization': [undefined, now],
      'outrider.cpu.time': [start, now],
      'app.process.exits': [start, now],
    });
  });

  it('is nothing where there is nothing', () => {
    expect(ownMetrics(snapshotOf({}), IDENTITY)).toBeUndefined();
  });
});
