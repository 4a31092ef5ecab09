import type { AlertCase, Samples } from './alert-case.ts';
import { allOfBasket, links } from './annotations.ts';
import { gauge, restarted } from './course.ts';
import { plain, requests } from './requests.ts';
import type { Requests, Spelling } from './requests.ts';

const FAST = 0.01;

/** A hundred requests a minute of which so many are in a slower bucket. */
const slow = (share: number, within: number): readonly Requests[] => [
  { perMinute: 100 - share, within: FAST },
  { perMinute: share, within },
];

/** A hundred requests a minute of which so many fail. */
const failing = (share: number): readonly Requests[] => [
  { perMinute: 100 - share, within: FAST },
  { perMinute: share, within: FAST, status: 503 },
];

const CALM: readonly Requests[] = [{ perMinute: 100, within: FAST }];
const IDLE: readonly Requests[] = [{ perMinute: 0, within: FAST }];

const shop = { job: 'shop', kind: 'threshold' };

function latency(alert: string, bound: string, tooSlow: number, severity: string, action: string): AlertCase[] {
  const proof: AlertCase = {
    alert,
    over: requests([[slow(10, tooSlow), 30]]),
    under: requests([[slow(5, tooSlow), 30]]),
    // All of them too slow, and they are fewer than a hundred.
    idle: requests([[[{ perMinute: 19.7, within: tooSlow }], 30]]),
    barely: [requests([[slow(5.1, tooSlow), 30]]), requests([[[{ perMinute: 20.4, within: tooSlow }], 30]])],
    reset: { samples: requests([[slow(10, tooSlow), 40]], { course: restarted }), fires: true },
    // Five minutes after the last slow one, 2 of 500 requests short of the share.
    resolves: {
      samples: requests([
        [slow(10, tooSlow), 30],
        [CALM, 20],
      ]),
      at: 33,
    },
    firesAt: 6,
    pendingMinutes: 5,
    says: {
      labels: { ...shop, severity, signal: 'latency' },
      annotations: {
        summary: `10% of shop slower than ${bound}`,
        description: `10% of the requests to shop took longer than ${bound}, more than 5 %, for 5 minutes: its 95th percentile is above ${bound}.${allOfBasket('5 minutes')}`,
        action,
        ...links(alert, 'outrider-api', { job: 'shop' }),
      },
    },
  };
  return [proof, { ...proof, over: requests([[slow(10, tooSlow), 30]], { spelling: plain }) }];
}

const slowest = (perMinute: number, spelling?: Spelling): Samples =>
  requests(
    [
      [CALM, 20],
      [slow(perMinute, 5), 20],
    ],
    spelling === undefined ? {} : { spelling },
  );

const slowRequests: AlertCase = {
  alert: 'SlowRequests',
  over: slowest(4),
  under: requests([[slow(10, 3), 40]]),
  idle: requests([[IDLE, 30]]),
  // One within five minutes; and what is more, or less, than half of one.
  barely: [slowest(0.2), slowest(0.1012)],
  hardly: [slowest(0.0988)],
  reset: { samples: requests([[slow(4, 5), 60]], { course: restarted }), fires: true },
  resolves: {
    samples: requests([
      [slow(4, 5), 20],
      [CALM, 20],
    ]),
    at: 25,
  },
  firesAt: 21,
  pendingMinutes: 0,
  says: {
    labels: { job: 'shop', http_route: '/basket', kind: 'threshold', severity: 'info', signal: 'latency' },
    annotations: {
      summary: 'Requests to /basket of shop slower than 3 s',
      description: 'Requests to /basket of shop that took longer than 3 s in the last 5 minutes: 4.',
      action: 'look',
      ...links('SlowRequests', 'outrider-api', { job: 'shop', route: '/basket' }),
    },
  },
};

function withBaselines(samples: Samples, day: number, week: number): Samples {
  const labels = 'http_route="/basket",job="shop"';
  const minutes = Math.max(...Object.values(samples).map((values) => values.split(' ').length));
  return {
    ...samples,
    [`job_route:http_server_request_duration_seconds_count:baseline_1d{${labels}}`]: gauge([day, minutes]),
    [`job_route:http_server_request_duration_seconds_count:baseline_7d{${labels}}`]: gauge([week, minutes]),
  };
}

const traffic = (perMinute: number): readonly Requests[] => [{ perMinute, within: FAST }];

const throughput: AlertCase = {
  alert: 'ThroughputRegression',
  over: withBaselines(requests([[traffic(240), 40]]), 10, 9),
  under: withBaselines(requests([[traffic(240), 40]]), 10, 8),
  // Of an application that hardly anybody used yesterday, nothing can be said.
  idle: withBaselines(requests([[traffic(0), 40]]), 0.98, 10),
  barely: [
    withBaselines(requests([[traffic(294), 40]]), 10, 10),
    withBaselines(requests([[traffic(0), 40]]), 1.02, 10),
    withBaselines(requests([[traffic(0), 40]]), 10, 1.02),
  ],
  fresh: requests([[traffic(240), 40]]),
  reset: { samples: withBaselines(requests([[traffic(240), 60]], { course: restarted }), 10, 9), fires: true },
  resolves: {
    samples: withBaselines(
      requests([
        [traffic(240), 30],
        [traffic(600), 30],
      ]),
      10,
      9,
    ),
    at: 36,
  },
  firesAt: 10,
  pendingMinutes: 10,
  says: {
    labels: { job: 'shop', kind: 'regression', severity: 'warning', signal: 'traffic' },
    annotations: {
      summary: 'shop serves 40% of the requests of yesterday',
      description:
        'shop serves 40% of the requests that it served at this time a day ago, and less than 50 % of those a week ago as well.',
      action: 'look',
      ...links('ThroughputRegression', 'outrider-regression', { job: 'shop' }),
    },
  },
};

/** What is bad by itself, and what is less than it was. */
export const requestCases: readonly AlertCase[] = [
  ...latency('LatencyP95Warn', '60 ms', 0.075, 'warning', 'look'),
  ...latency('LatencyP95High', '150 ms', 0.2, 'critical', 'page'),
  slowRequests,
  { ...slowRequests, over: slowest(4, plain) },
  {
    alert: 'ErrorRateHigh',
    over: requests([[failing(5), 30]]),
    under: requests([[failing(2), 30]]),
    // All of them fail, and they are fewer than fifty.
    idle: requests([[[{ perMinute: 9.8, within: FAST, status: 500 }], 30]]),
    barely: [requests([[failing(2.04), 30]]), requests([[[{ perMinute: 10.2, within: FAST, status: 500 }], 30]])],
    reset: { samples: requests([[failing(5), 40]], { course: restarted }), fires: true },
    resolves: {
      samples: requests([
        [failing(5), 30],
        [failing(0), 20],
      ]),
      at: 33,
    },
    firesAt: 6,
    pendingMinutes: 5,
    says: {
      labels: { ...shop, severity: 'critical', signal: 'errors' },
      annotations: {
        summary: '5% of shop fail',
        description: `5% of the requests to shop were answered with a server error, more than 2 %, for 5 minutes.${allOfBasket('5 minutes')}`,
        action: 'page',
        ...links('ErrorRateHigh', 'outrider-api', { job: 'shop' }),
      },
    },
  },
  {
    alert: 'ThroughputLow',
    over: requests([[traffic(600), 30]]),
    under: requests([[traffic(48_000), 30]]),
    barely: [requests([[traffic(47_000), 30]])],
    reset: { samples: requests([[traffic(48_000), 60]], { course: restarted }), fires: false },
    resolves: {
      samples: requests([
        [traffic(600), 30],
        [traffic(60_000), 20],
      ]),
      at: 33,
    },
    firesAt: 4,
    pendingMinutes: 3,
    says: {
      labels: { ...shop, severity: 'warning', signal: 'traffic' },
      annotations: {
        summary: 'shop serves 10 requests a second',
        description: 'shop has served 10 requests a second, fewer than 800, for 3 minutes.',
        action: 'look',
        ...links('ThroughputLow', 'outrider-api', { job: 'shop' }),
      },
    },
  },
  throughput,
  // It takes both: what is few beside last week alone is not.
  {
    ...throughput,
    under: withBaselines(requests([[traffic(240), 40]]), 8, 10),
    idle: withBaselines(requests([[traffic(0), 40]]), 10, 0.98),
  },
];
