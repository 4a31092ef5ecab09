import type { AlertCase, Samples } from './alert-case.ts';
import { links } from './annotations.ts';
import { gauge, restarted } from './course.ts';
import { BOUNDS, decimal, plain, requests } from './requests.ts';
import type { Phase, Requests, Spelling } from './requests.ts';

const labels = { job: 'shop', http_route: '/basket', kind: 'regression', severity: 'warning', signal: 'latency' };

/** A request a second that took so long. */
const every = (within: number, more: Partial<Requests> = {}): Requests => ({ perMinute: 60, within, ...more });

/** What was recorded of a route a day and a week ago: a request a second, all of them within a bound. */
function before(
  day: number,
  week: number,
  minutes: number,
  route = '/basket',
  spelling: Spelling = decimal,
  rate = 1,
): Samples {
  const samples: Record<string, string> = {};
  for (const [ago, within] of [
    ['1d', day],
    ['7d', week],
  ] as const) {
    const of = `http_route="${route}",job="shop"`;
    const name = 'http_server_request_duration_seconds';
    samples[`job_route:${name}_count:baseline_${ago}{${of}}`] = gauge([rate, minutes]);
    for (const bound of BOUNDS) {
      samples[`job_route_le:${name}_bucket:baseline_${ago}{le="${spelling(bound)}",${of}}`] = gauge([
        bound >= within ? rate : 0,
        minutes,
      ]);
    }
    samples[`job_route_le:${name}_bucket:baseline_${ago}{le="+Inf",${of}}`] = gauge([rate, minutes]);
  }
  return samples;
}

/** Half an hour of requests of two durations, so many a minute each. */
const mixed = (...kinds: ReadonlyArray<readonly [perMinute: number, within: number]>): Samples =>
  requests([[kinds.map(([perMinute, within]) => ({ perMinute, within })), 30]]);

/** What is known of one of the baselines. */
const only = (ago: '1d' | '7d', samples: Samples): Samples =>
  Object.fromEntries(Object.entries(samples).filter(([name]) => name.includes(`baseline_${ago}`)));

const latency: AlertCase = {
  alert: 'LatencyRegression',
  over: { ...requests([[[every(0.075)], 30]]), ...before(0.025, 0.03, 31) },
  under: {
    // Two and a half times as slow, by 14 ms; and 25 % slower, by 28 ms.
    ...requests([[[every(0.025), every(0.15, { route: '/checkout' })], 40]]),
    ...before(0.01, 0.01, 41),
    ...before(0.12, 0.12, 41, '/checkout'),
  },
  idle: { ...requests([[[every(0.075, { perMinute: 19.7 })], 40]]), ...before(0.01, 0.01, 41) },
  barely: [
    { ...requests([[[every(0.075, { perMinute: 20.4 })], 30]]), ...before(0.025, 0.03, 31) },
    // 1.515 times 119 ms.
    { ...mixed([52.38, 0.15], [7.62, 0.2]), ...before(0.12, 0.12, 31) },
    // 20.3 ms above 29.75 ms.
    { ...mixed([56.985, 0.05], [3.015, 0.06]), ...before(0.03, 0.03, 31) },
    // Only a week ago is known.
    { ...requests([[[every(0.075)], 30]]), ...only('7d', before(0.03, 0.03, 31)) },
    { ...requests([[[every(0.075)], 30]]), ...only('1d', before(0.03, 0.03, 31)) },
  ],
  hardly: [
    // 1.48 times 119 ms.
    { ...mixed([53.72, 0.15], [6.28, 0.2]), ...before(0.12, 0.12, 31) },
    // 19.7 ms above 29.75 ms.
    { ...mixed([58.612, 0.05], [1.388, 0.06]), ...before(0.03, 0.03, 31) },
    // Hardly anybody asked for it then.
    { ...requests([[[every(0.075)], 30]]), ...before(0.03, 0.03, 31, '/basket', decimal, 0.3) },
  ],
  fresh: requests([[[every(0.075)], 40]]),
  reset: {
    samples: { ...requests([[[every(0.075)], 60]], { course: restarted }), ...before(0.025, 0.03, 61) },
    fires: true,
  },
  resolves: {
    samples: {
      ...requests([
        [[every(0.075)], 30],
        [[every(0.03)], 30],
      ]),
      ...before(0.025, 0.03, 61),
    },
    at: 40,
  },
  firesAt: 12,
  pendingMinutes: 10,
  says: {
    labels,
    annotations: {
      summary: '/basket of shop is 2.5 times slower than it was',
      description:
        'The 95th percentile of /basket of shop is 2.5 times that of the slower one of a day and a week ago (more than 1.5 times, and by more than 20 ms), for 10 minutes.',
      action: 'look',
      ...links('LatencyRegression', 'outrider-regression', { job: 'shop', route: '/basket' }),
    },
  },
};

const releaseOf = (version: string): string =>
  `service_release_timestamp_seconds{instance="web-1",job="shop",service_version="${version}"}`;

function releases(minutes: number): Samples {
  return {
    [releaseOf('1.0.0')]: gauge([1_000, minutes]),
    [releaseOf('1.1.0')]: `${'_ '.repeat(30)}${gauge([2_000, minutes - 30])}`,
  };
}

/** Half an hour of 1.0.0, then another release. */
function deploy(
  next: Requests,
  more: { readonly spelling?: Spelling; readonly course?: typeof restarted; readonly after?: readonly Phase[] } = {},
): Samples {
  const { after = [[[next], 30]], ...options } = more;
  const phases: readonly Phase[] = [[[every(0.03)], 30], ...after];
  const minutes = phases.reduce((sum, [, stretch]) => sum + stretch, 1);
  return { ...requests(phases, options), ...releases(minutes) };
}

/** Half an hour of 1.0.0, then 1.1.0 with requests of two durations, so many a minute each. */
function deployed(former: Requests, ...kinds: ReadonlyArray<readonly [perMinute: number, within: number]>): Samples {
  const after = kinds.map(([perMinute, within]) => ({ perMinute, within, version: '1.1.0' }));
  return {
    ...requests([
      [[former], 30],
      [after, 30],
    ]),
    ...releases(61),
  };
}

const release: AlertCase = {
  alert: 'ReleaseRegression',
  over: deploy(every(0.075, { version: '1.1.0' })),
  under: deploy(every(0.05, { version: '1.1.0' })),
  idle: deploy(every(0.075, { version: '1.1.0', perMinute: 19.7 })),
  barely: [
    deploy(every(0.075, { version: '1.1.0', perMinute: 20.4 })),
    // 1.515 times 119 ms, 20.3 ms above 29.75 ms.
    deployed(every(0.12), [52.38, 0.15], [7.62, 0.2]),
    deployed(every(0.03), [56.985, 0.05], [3.015, 0.06]),
  ],
  hardly: [
    // 1.48 times that, 19.7 ms above it.
    deployed(every(0.12), [53.72, 0.15], [6.28, 0.2]),
    deployed(every(0.03), [58.612, 0.05], [1.388, 0.06]),
    // Hardly anybody asked for it in the release before.
    deployed(every(0.03, { perMinute: 19 }), [60, 0.075]),
  ],
  reset: {
    samples: deploy(every(0.075, { version: '1.1.0' }), {
      after: [[[every(0.075, { version: '1.1.0' })], 90]],
      course: restarted,
    }),
    fires: true,
  },
  // The first release that there is.
  fresh: { ...requests([[[every(0.075)], 60]]), [releaseOf('1.0.0')]: gauge([1_000, 61]) },
  resolves: {
    samples: deploy(every(0.075), {
      after: [
        [[every(0.075, { version: '1.1.0' })], 30],
        [[every(0.03, { version: '1.1.0' })], 40],
      ],
    }),
    at: 70,
  },
  firesAt: 42,
  pendingMinutes: 10,
  says: {
    labels: { ...labels, service_version: '1.1.0' },
    annotations: {
      summary: '/basket of shop is 2.5 times slower in 1.1.0 than in the release before',
      description:
        'The 95th percentile of /basket in 1.1.0 of shop, the current release, is 2.5 times that of the release before (more than 1.5 times, and by more than 20 ms), for 10 minutes.',
      action: 'rollback',
      ...links('ReleaseRegression', 'outrider-regression', { job: 'shop', route: '/basket' }),
    },
  },
};

/** What got worse than it was. */
export const regressionCases: readonly AlertCase[] = [
  latency,
  {
    ...latency,
    over: { ...requests([[[every(0.075)], 30]], { spelling: plain }), ...before(0.025, 0.03, 31, '/basket', plain) },
  },
  release,
  { ...release, over: deploy(every(0.075, { version: '1.1.0' }), { spelling: plain }) },
];
