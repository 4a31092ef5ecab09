import type { AlertCase, Samples } from './alert-case.ts';
import { allOfBasket, links } from './annotations.ts';
import { restarted } from './course.ts';
import { plain, requests } from './requests.ts';
import type { Requests } from './requests.ts';

/** A hundred requests a minute; of a thousand so many fail. */
const failing = (bad: number): readonly Requests[] => [
  { perMinute: (1_000 - bad) / 10, within: 0.01 },
  { perMinute: bad / 10, within: 0.01, status: 503 },
];

/** So many failures a minute beside one request that does not fail. */
const trickle = (bad: number, minutes: number): Samples =>
  requests([
    [
      [
        { perMinute: 1, within: 0.01 },
        { perMinute: bad, within: 0.01, status: 503 },
      ],
      minutes,
    ],
  ]);

const course = (bad: number, minutes: number): Samples => requests([[failing(bad), minutes]]);

interface Burn {
  readonly alert: string;
  readonly window: string;
  readonly short: string;
  /** Of a thousand: what burns too fast for this window and not for the faster ones, and what does not. */
  readonly over: number;
  readonly under: number;
  /** Just more than that. */
  readonly barely: number;
  readonly share: string;
  readonly pace: string;
  readonly budget: string;
  readonly severity: string;
  readonly action: string;
  readonly pendingMinutes: number;
  readonly firesAt: number;
  readonly resolvesAt: number;
}

function burn({ alert, window, over, under, barely, pendingMinutes, firesAt, resolvesAt, ...says }: Burn): AlertCase {
  return {
    alert,
    over: course(over, firesAt + 5),
    under: course(under, firesAt + 30),
    barely: [course(barely, firesAt + 40)],
    // All of them fail, and they are fewer than twenty.
    idle: requests([
      [[{ perMinute: 1, within: 0.01, status: 500 }], 18],
      [[{ perMinute: 0, within: 0.01, status: 500 }], 40],
    ]),
    reset: { samples: requests([[failing(over), firesAt + 30]], { course: restarted }), fires: true },
    resolves: {
      samples: requests([
        [failing(over), firesAt],
        [failing(0), resolvesAt - firesAt + 5],
      ]),
      at: resolvesAt,
    },
    firesAt,
    pendingMinutes,
    says: {
      labels: { job: 'shop', window, kind: 'threshold', severity: says.severity, signal: 'budget' },
      annotations: {
        summary: `shop burns its error budget ${says.pace}`,
        description: `${says.share} of the requests to shop were bad in ${window}, and it goes on in the last ${says.short}. At that rate more than ${says.budget} of the budget of 30 days (1 % of the requests) go in ${window}.${allOfBasket(says.short)}`,
        action: says.action,
        ...links(alert, 'outrider-slo', { job: 'shop' }),
      },
    },
  };
}

const hour = burn({
  alert: 'ErrorBudgetBurnPage', window: '1h', short: '5m', over: 300, under: 142, barely: 146, share: '30%', pace: 'more than 14.4 times as fast as it may', budget: '2 %',
  severity: 'critical', action: 'page', pendingMinutes: 2, firesAt: 5, resolvesAt: 8,
}); // oxfmt-ignore

/** The error budget, in each of its windows. */
export const sloCases: readonly AlertCase[] = [
  {
    ...hour,
    // Some twenty bad ones within the hour, of a few requests.
    barely: [...(hour.barely ?? []), trickle(0.336, 130)],
    hardly: [trickle(0.326, 130)],
  },
  // Too slow is as bad as failed.
  { ...hour, over: requests([[[{ perMinute: 70, within: 0.5 }, { perMinute: 30, within: 0.75 }], 10]], { spelling: plain }) },
  burn({
    alert: 'ErrorBudgetBurnPage', window: '6h', short: '30m', over: 100, under: 59, barely: 61, share: '10%', pace: 'more than 6 times as fast as it may', budget: '5 %',
    severity: 'critical', action: 'page', pendingMinutes: 15, firesAt: 20, resolvesAt: 35,
  }),
  burn({
    alert: 'ErrorBudgetBurnTicket', window: '1d', short: '2h', over: 50, under: 29.5, barely: 30.5, share: '5%', pace: 'more than 3 times as fast as it may', budget: '10 %',
    severity: 'warning', action: 'ticket', pendingMinutes: 60, firesAt: 67, resolvesAt: 114,
  }),
  burn({
    alert: 'ErrorBudgetBurnTicket', window: '3d', short: '6h', over: 20, under: 9.9, barely: 10.2, share: '2%', pace: 'faster than it may', budget: '10 %',
    severity: 'warning', action: 'ticket', pendingMinutes: 180, firesAt: 192, resolvesAt: 375,
  }),
]; // oxfmt-ignore
