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

// For a disk, all the time: no CPU is busy with that.
const WAITING: Samples = {
  [`system_cpu_time_seconds_total{${HOST},cpu_mode="idle"}`]: counter([0, 30]),
  [`system_cpu_time_seconds_total{${HOST},cpu_mode="iowait"}`]: counter([60, 30]),
  [`system_cpu_time_seconds_total{${HOST},cpu_mode="user"}`]: counter([0, 30]),
};

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

const GiB = 2 ** 30;

// What a worker tells of the container that it is in: bytes, as shares of a limit.
function container(
  worker: number,
  { limit, workingSet, usage }: { readonly limit?: number; readonly workingSet: string; readonly usage?: string },
): Samples {
  const labels = `instance="web-1",job="shop",worker="${worker}"`;
  return {
    [`container_memory_working_set_bytes{${labels}}`]: workingSet,
    ...(usage === undefined ? {} : { [`container_memory_usage_bytes{${labels}}`]: usage }),
    ...(limit === undefined ? {} : { [`container_memory_limit_bytes{${labels}}`]: alongside(workingSet, limit) }),
  };
}

/** A figure that is always the same and ends when another one does. */
function alongside(values: string, figure: number): string {
  const minutes = values.split(' ').length;
  return values.endsWith(' stale') ? `${gauge([figure, minutes - 1])} stale` : gauge([figure, minutes]);
}

const inGiB = (...shares: readonly Stretch[]): string =>
  gauge(...shares.map(([share, minutes]) => [share * GiB, minutes] as const));

// The sidecar's own container, of which an alert about an application says nothing.
const FULL_SIDECAR = {
  [`container_memory_working_set_bytes{${HOST}}`]: inGiB([0.99, 30]),
  [`container_memory_limit_bytes{${HOST}}`]: inGiB([1, 30]),
};

const fullContainer = {
  labels: { instance: 'web-1', job: 'shop', kind: 'threshold', severity: 'warning', signal: 'memory' },
  annotations: {
    summary: 'shop on web-1 is at 95% of its memory limit',
    description:
      'The working set of the container of shop on web-1 has been 95% of its memory limit, more than 90 %, for 5 minutes: at the limit the kernel kills a process in it, however much memory the host has.',
    action: 'scale',
    ...links('ContainerMemoryHigh', 'outrider-system', { job: 'shop', instance: 'web-1' }),
  },
};

const host = { instance: 'web-1:9464', job: 'outrider', kind: 'threshold' };

/** CPU, memory, throttling. */
export const hostCases: readonly AlertCase[] = [
  {
    alert: 'CpuHigh',
    over: cpu(counter, [9, 30]),
    under: cpu(counter, [12, 30]),
    idle: cpu(counter, [60, 30]),
    barely: [cpu(counter, [11.7, 30])],
    hardly: [WAITING],
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
    hardly: [WAITING],
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
    idle: memory([0.05, 30]),
    barely: [memory([0.86, 30])],
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
    // Two workers in one container, which say the same of it.
    alert: 'ContainerMemoryHigh',
    over: {
      ...container(0, { limit: GiB, workingSet: inGiB([0.95, 30]) }),
      ...container(1, { limit: GiB, workingSet: inGiB([0.95, 30]) }),
    },
    // Added up they would be twice as much, and with the page cache the container is full.
    under: {
      ...container(0, { limit: GiB, workingSet: inGiB([0.9, 30]), usage: inGiB([1, 30]) }),
      ...container(1, { limit: GiB, workingSet: inGiB([0.9, 30]), usage: inGiB([1, 30]) }),
      ...FULL_SIDECAR,
    },
    barely: [
      container(0, { limit: GiB, workingSet: inGiB([0.92, 30]) }),
      // A heap that collects every five minutes: high on the average of them.
      container(0, { limit: 100, workingSet: '97 97 97 84 84 '.repeat(8).trim() }),
    ],
    // Without a limit there is nothing that it could be near.
    idle: container(0, { workingSet: inGiB([0.99, 30]) }),
    // One is replaced after the other, and the container stays as full.
    reset: {
      samples: {
        ...container(0, { limit: GiB, workingSet: `${inGiB([0.95, 12])} stale _ _ ${inGiB([0.95, 15])}` }),
        ...container(1, { limit: GiB, workingSet: `${inGiB([0.95, 18])} stale _ _ ${inGiB([0.95, 9])}` }),
      },
      fires: true,
    },
    resolves: { samples: container(0, { limit: GiB, workingSet: inGiB([0.95, 20], [0.5, 20]) }), at: 25 },
    firesAt: 5,
    pendingMinutes: 5,
    says: fullContainer,
  },
  {
    // Two workers on one host, each in a container of its own with another limit.
    alert: 'ContainerMemoryHigh',
    over: {
      ...container(0, { limit: GiB, workingSet: inGiB([0.95, 30]) }),
      ...container(1, { limit: 4 * GiB, workingSet: inGiB([2, 30]) }),
    },
    under: {
      ...container(0, { limit: GiB, workingSet: inGiB([0.9, 30]) }),
      ...container(1, { limit: 4 * GiB, workingSet: inGiB([3.5, 30]) }),
    },
    // Its own restart comes in time.
    reset: {
      samples: container(0, { limit: GiB, workingSet: inGiB([0.5, 10], [0.95, 5], [0.3, 10], [0.95, 5], [0.3, 5]) }),
      fires: false,
    },
    // The full one is gone, the other one stays.
    resolves: {
      samples: {
        ...container(0, { limit: GiB, workingSet: `${inGiB([0.95, 20])} stale` }),
        ...container(1, { limit: 4 * GiB, workingSet: inGiB([2, 40]) }),
      },
      at: 25,
    },
    firesAt: 5,
    pendingMinutes: 5,
    says: fullContainer,
  },
  {
    alert: 'ContainerThrottled',
    over: periods(counter, [300, 30]),
    under: periods(counter, [150, 30]),
    // A container that does nothing has no periods.
    idle: Object.fromEntries(Object.keys(periods(counter)).map((series) => [series, counter([0, 30])])),
    barely: [periods(counter, [153, 30])],
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
