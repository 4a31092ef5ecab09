import type { AlertCase, Samples } from './alert-case.ts';
import { links } from './annotations.ts';
import { counter, gauge, restarted } from './course.ts';
import type { Stretch } from './course.ts';

const HOST = 'instance="web-1:9464",job="outrider"';
const APP = 'instance="web-1",job="shop",worker="0"';

// Of one CPU: 60 s a minute, of which so many are idle.
function cpu(course: typeof counter, ...idle: readonly Stretch[]): Samples {
  return {
    [`system_cpu_time_seconds_total{${HOST},cpu_mode="idle"}`]: course(...idle),
    [`system_cpu_time_seconds_total{${HOST},cpu_mode="user"}`]: course(
      ...idle.map(([s, minutes]) => [60 - s, minutes] as const),
    ),
  };
}

function periods(course: typeof counter, ...throttled: readonly Stretch[]): Samples {
  return {
    [`container_cpu_periods_total{${APP},throttled="true"}`]: course(...throttled),
    [`container_cpu_periods_total{${APP},throttled="false"}`]: course(
      ...throttled.map(([n, minutes]) => [600 - n, minutes] as const),
    ),
  };
}

function memory(...used: readonly Stretch[]): Samples {
  return { [`system_memory_utilization_ratio{${HOST}}`]: gauge(...used) };
}

const host = { instance: 'web-1:9464', job: 'outrider', kind: 'threshold' };

/** CPU, memory, throttling. */
export const hostCases: readonly AlertCase[] = [
  {
    alert: 'CpuHigh',
    over: cpu(counter, [9, 30]),
    under: cpu(counter, [12, 30]),
    idle: cpu(counter, [60, 30]),
    reset: { samples: cpu(restarted, [9, 40]), fires: true },
    resolves: { samples: cpu(counter, [9, 30], [30, 30]), at: 31 },
    firesAt: 6,
    pendingMinutes: 5,
    says: {
      labels: { ...host, severity: 'warning', signal: 'cpu' },
      annotations: {
        summary: 'CPU of web-1:9464 at 85%',
        description: 'The CPUs of web-1:9464 have been busy for 85% of the time, more than 80 %, for 5 minutes.',
        action: 'scale',
        ...links('CpuHigh', 'outrider-system', { host: 'web-1:9464' }),
      },
    },
  },
  {
    alert: 'CpuCritical',
    over: cpu(counter, [1.5, 30]),
    under: cpu(counter, [3, 30]),
    idle: cpu(counter, [60, 30]),
    reset: { samples: cpu(restarted, [1.5, 40]), fires: true },
    resolves: { samples: cpu(counter, [1.5, 30], [30, 30]), at: 31 },
    firesAt: 3,
    pendingMinutes: 2,
    says: {
      labels: { ...host, severity: 'critical', signal: 'cpu' },
      annotations: {
        summary: 'CPU of web-1:9464 at 97.5%',
        description:
          'The CPUs of web-1:9464 have been busy for 97.5% of the time, more than 95 %, for 2 minutes: requests wait for a CPU.',
        action: 'scale',
        ...links('CpuCritical', 'outrider-system', { host: 'web-1:9464' }),
      },
    },
  },
  {
    alert: 'MemoryHigh',
    over: memory([0.9, 30]),
    under: memory([0.85, 30]),
    resolves: { samples: memory([0.9, 20], [0.5, 20]), at: 20 },
    firesAt: 5,
    pendingMinutes: 5,
    says: {
      labels: { ...host, severity: 'warning', signal: 'memory' },
      annotations: {
        summary: 'Memory of web-1:9464 at 90%',
        description: 'web-1:9464 has used 90% of its memory, more than 85 %, for 5 minutes.',
        action: 'scale',
        ...links('MemoryHigh', 'outrider-system', { host: 'web-1:9464' }),
      },
    },
  },
  {
    alert: 'ContainerThrottled',
    over: periods(counter, [300, 30]),
    under: periods(counter, [150, 30]),
    reset: { samples: periods(restarted, [300, 40]), fires: true },
    resolves: { samples: periods(counter, [300, 30], [0, 30]), at: 33 },
    firesAt: 6,
    pendingMinutes: 5,
    says: {
      labels: { instance: 'web-1', job: 'shop', kind: 'threshold', severity: 'warning', signal: 'cpu' },
      annotations: {
        summary: 'shop is throttled in 50% of the periods',
        description:
          "The CPU limit of the container of shop on web-1 held it back in 50% of the scheduler's periods, more than 25 %, however idle the host looks.",
        action: 'scale',
        ...links('ContainerThrottled', 'outrider-system', { job: 'shop', instance: 'web-1' }),
      },
    },
  },
];
