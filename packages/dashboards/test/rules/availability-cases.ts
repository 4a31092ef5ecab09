import type { AlertCase, Samples } from './alert-case.ts';
import { links } from './annotations.ts';
import { counter, gauge, restarted } from './course.ts';
import type { Stretch } from './course.ts';

const OUTRIDER = 'instance="web-1:9464",job="outrider"';

const up = (...values: readonly Stretch[]): Samples => ({ [`up{${OUTRIDER}}`]: gauge(...values) });

const exits = (reason: string, course: typeof counter, ...perMinute: readonly Stretch[]): Samples => ({
  [`app_process_exits_total{instance="web-1",job="shop",reason="${reason}"}`]: course(...perMinute),
});

/** Live processes of the shop as the sidecars of two hosts tell them, both of which answer. */
const live = (one: string, other: string): Samples => ({
  'app_workers{instance="web-1",job="shop",state="live"}': one,
  'app_workers{instance="web-2",job="shop",state="live"}': other,
  [`up{${OUTRIDER}}`]: gauge([1, one.split(' ').length]),
});

/** A sidecar of another host that does not answer. */
const away = (minutes: number): Samples => ({ 'up{instance="web-3:9464",job="outrider"}': gauge([0, minutes]) });

const dropped = (name: string, labels: string, course: typeof counter, ...perMinute: readonly Stretch[]): Samples => ({
  [`${name}{${labels}${OUTRIDER}}`]: course(...perMinute),
});

function drops(name: string, labels: string, reason: string): AlertCase {
  return {
    alert: 'OutriderDropsSamples',
    over: dropped(name, labels, counter, [0, 10], [40, 10]),
    under: dropped(name, labels, counter, [0, 30]),
    barely: [dropped(name, labels, counter, [0, 10], [1, 1], [0, 3])],
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

function crashed(reason: string): AlertCase {
  return {
    alert: 'WorkerCrashed',
    over: exits(reason, counter, [0, 10], [1, 1], [0, 3]),
    under: { ...exits('graceful', counter, [0, 10], [1, 10]), ...exits('out_of_memory', counter, [0, 10], [1, 10]) },
    idle: exits(reason, counter, [0, 30]),
    reset: { samples: exits(reason, restarted, [1, 40]), fires: true },
    resolves: { samples: exits(reason, counter, [0, 10], [1, 1], [0, 20]), at: 16 },
    firesAt: 11,
    pendingMinutes: 0,
    says: {
      labels: {
        instance: 'web-1',
        job: 'shop',
        reason,
        kind: 'availability',
        severity: 'warning',
        signal: 'workers',
      },
      annotations: {
        summary: `A process of shop ended: ${reason}`,
        description: `Processes of shop on web-1 that ended by ${reason} in the last 5 minutes: 1.`,
        action: 'look',
        ...links('WorkerCrashed', 'outrider-system', { job: 'shop', instance: 'web-1' }),
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
    // One that was removed from the targets, and was the last one.
    barely: [{ [`up{${OUTRIDER}}`]: `${gauge([1, 30])} stale${' _'.repeat(50)}` }],
    resolves: { samples: up([1, 10], [0, 10], [1, 10]), at: 20 },
    ends: [{ samples: { [`up{${OUTRIDER}}`]: `${gauge([1, 30])} stale${' _'.repeat(70)}` }, at: 90 }],
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
    // One host after the other loses its processes, and its sidecar forgets the application five minutes later.
    alert: 'ApplicationMissing',
    over: live(
      `${gauge([9, 10], [3, 35], [2, 33], [0, 5])} stale${' _'.repeat(10)}`,
      `${gauge([2, 60], [0, 5])} stale${' _'.repeat(28)}`,
    ),
    // Of one of them something is left.
    under: live(gauge([2, 20], [0, 60]), gauge([2, 30], [1, 50])),
    // A task of nine minutes, and an application that is not there.
    idle: live(gauge([1, 9], [0, 60]), gauge([0, 69])),
    barely: [
      // A task of ten minutes.
      live(gauge([1, 10], [0, 5]), gauge([0, 15])),
      // The host came back without the application.
      live(`${gauge([2, 20])} stale${' _'.repeat(9)}`, gauge([0, 30])),
      // A sidecar is missing that did not speak of it.
      { ...live(gauge([2, 20], [0, 10]), gauge([0, 30])), ...away(30) },
    ],
    // The sidecar is missing that saw it last.
    hardly: [{ ...live(`${gauge([1, 20])} stale${' _'.repeat(70)}`, gauge([0, 91])), ...away(91) }],
    // The sidecars are replaced with their hosts, and end before they can tell that the processes did.
    reset: {
      samples: live(`${gauge([2, 40])} stale${' _'.repeat(20)}`, `_x40 ${gauge([2, 20])}`),
      fires: false,
    },
    // Over once it is back.
    resolves: { samples: live(gauge([2, 20], [0, 20], [1, 10]), gauge([0, 50])), at: 40 },
    // Some fifty minutes after it went, if nobody brings it back.
    ends: [{ samples: live(gauge([2, 40], [0, 60]), gauge([0, 100])), at: 91 }],
    firesAt: 80,
    pendingMinutes: 2,
    says: {
      labels: { job: 'shop', kind: 'availability', severity: 'critical', signal: 'workers' },
      annotations: {
        summary: 'No process of shop is left',
        description:
          'No process of shop has been live for 2 minutes; within the last hour there were up to 5 at a time.',
        action: 'page',
        ...links('ApplicationMissing', 'outrider-system', { job: 'shop' }),
      },
    },
  },
  crashed('crash'),
  crashed('killed'),
  crashed('lost'),
  {
    alert: 'WorkerOutOfMemory',
    over: exits('out_of_memory', counter, [0, 10], [1, 1], [0, 3]),
    under: exits('crash', counter, [0, 10], [1, 10]),
    idle: exits('out_of_memory', counter, [0, 30]),
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
