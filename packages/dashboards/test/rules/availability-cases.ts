import type { AlertCase, Samples } from './alert-case.ts';
import { links } from './annotations.ts';
import { counter, gauge, restarted } from './course.ts';
import type { Stretch } from './course.ts';

const OUTRIDER = 'instance="web-1:9464",job="outrider"';

const up = (...values: readonly Stretch[]): Samples => ({ [`up{${OUTRIDER}}`]: gauge(...values) });

const exits = (reason: string, course: typeof counter, ...perMinute: readonly Stretch[]): Samples => ({
  [`app_process_exits_total{instance="web-1",job="shop",reason="${reason}"}`]: course(...perMinute),
});

const dropped = (name: string, labels: string, course: typeof counter, ...perMinute: readonly Stretch[]): Samples => ({
  [`${name}{${labels}${OUTRIDER}}`]: course(...perMinute),
});

function drops(name: string, labels: string, reason: string): AlertCase {
  return {
    alert: 'OutriderDropsSamples',
    over: dropped(name, labels, counter, [0, 10], [40, 10]),
    under: dropped(name, labels, counter, [0, 30]),
    reset: { samples: dropped(name, labels, restarted, [40, 40]), fires: true },
    resolves: { samples: dropped(name, labels, counter, [40, 10], [0, 20]), at: 15 },
    firesAt: 11,
    pendingMinutes: 0,
    says: {
      labels: {
        instance: 'web-1:9464',
        job: 'outrider',
        reason,
        kind: 'availability',
        severity: 'warning',
        signal: 'outrider',
      },
      annotations: {
        summary: `Outrider on web-1:9464 drops samples: ${reason}`,
        description: `Data points that web-1:9464 dropped in the last 5 minutes by reason ${reason}: 40.`,
        action: 'look',
        ...links('OutriderDropsSamples', 'outrider-itself', { host: 'web-1:9464' }),
      },
    },
  };
}

function serverDown(server: string, name: string, port: number, uid: string): AlertCase {
  const answers = (...values: readonly Stretch[]): Samples => ({
    [`${server}_up{server_address="db-1",server_port="${port}",${OUTRIDER}}`]: gauge(...values),
  });
  return {
    alert: 'ServerDown',
    over: answers([1, 10], [0, 20]),
    under: answers([1, 30]),
    // A server that is down for less than a minute, such as one that is restarted.
    idle: answers([1, 10], [0, 1], [1, 10]),
    resolves: { samples: answers([1, 10], [0, 10], [1, 10]), at: 20 },
    firesAt: 11,
    pendingMinutes: 1,
    says: {
      labels: {
        instance: 'web-1:9464',
        job: 'outrider',
        server,
        server_address: 'db-1',
        server_port: String(port),
        kind: 'availability',
        severity: 'critical',
        signal: 'server',
      },
      annotations: {
        summary: `${name} db-1:${port} does not answer`,
        description: `The sidecar web-1:9464 has had no answer of the ${name} db-1:${port} for a minute.`,
        action: 'page',
        ...links('ServerDown', `outrider-${uid}`, { host: 'web-1:9464' }),
      },
    },
  };
}

/** What is not there any more, and what Outrider itself loses. */
export const availabilityCases: readonly AlertCase[] = [
  {
    alert: 'TargetMissing',
    over: up([1, 10], [0, 20]),
    under: up([1, 30]),
    resolves: { samples: up([1, 10], [0, 10], [1, 10]), at: 20 },
    firesAt: 12,
    pendingMinutes: 2,
    says: {
      labels: { instance: 'web-1:9464', job: 'outrider', kind: 'availability', severity: 'critical', signal: 'target' },
      annotations: {
        summary: 'No figures of web-1:9464',
        description:
          'Prometheus has had no answer of the sidecar web-1:9464 for 2 minutes: what it measures, and what applications tell it, is not seen.',
        action: 'page',
        ...links('TargetMissing', 'outrider-itself', { host: 'web-1:9464' }),
      },
    },
  },
  serverDown('redis', 'Redis', 6379, 'cache'),
  serverDown('memcached', 'memcached', 11211, 'cache'),
  serverDown('postgresql', 'PostgreSQL', 5432, 'database'),
  serverDown('pgbouncer', 'PgBouncer', 6432, 'database'),
  {
    alert: 'WorkerCrashed',
    over: exits('crash', counter, [0, 10], [1, 1], [0, 3]),
    under: exits('graceful', counter, [0, 10], [1, 10]),
    reset: { samples: exits('crash', restarted, [1, 40]), fires: true },
    resolves: { samples: exits('crash', counter, [0, 10], [1, 1], [0, 20]), at: 16 },
    firesAt: 11,
    pendingMinutes: 0,
    says: {
      labels: {
        instance: 'web-1',
        job: 'shop',
        reason: 'crash',
        kind: 'availability',
        severity: 'warning',
        signal: 'workers',
      },
      annotations: {
        summary: 'A process of shop ended: crash',
        description: 'Processes of shop on web-1 that ended by crash in the last 5 minutes: 1.',
        action: 'look',
        ...links('WorkerCrashed', 'outrider-system', { job: 'shop', instance: 'web-1' }),
      },
    },
  },
  {
    alert: 'WorkerOutOfMemory',
    over: exits('out_of_memory', counter, [0, 10], [1, 1], [0, 3]),
    under: exits('crash', counter, [0, 10], [1, 10]),
    reset: { samples: exits('out_of_memory', restarted, [1, 40]), fires: true },
    resolves: { samples: exits('out_of_memory', counter, [0, 10], [1, 1], [0, 20]), at: 16 },
    firesAt: 11,
    pendingMinutes: 0,
    says: {
      labels: { instance: 'web-1', job: 'shop', kind: 'availability', severity: 'critical', signal: 'workers' },
      annotations: {
        summary: 'A process of shop ran out of memory',
        description: 'Processes of shop on web-1 that ended for want of memory in the last 5 minutes: 1.',
        action: 'restart',
        ...links('WorkerOutOfMemory', 'outrider-system', { job: 'shop', instance: 'web-1' }),
      },
    },
  },
  drops('outrider_receiver_dropped_total', 'reason="too_many_series",', 'too_many_series'),
  drops('outrider_forward_dropped_total', 'backend="otlp",reason="queue_full",', 'queue_full'),
];
