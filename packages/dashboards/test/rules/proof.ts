import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import type { AlertCase, Samples } from './alert-case.ts';
import { RUNBOOKS } from './annotations.ts';
import type { Course, ExpressionCheck } from './promtool.ts';

const { thresholds } = defaultConfig;

/** What alerts are proven with: all of them, also the one that is off unless somebody names a floor. */
export const provenConfig: DashboardConfig = {
  ...defaultConfig,
  urls: { ...defaultConfig.urls, runbooks: RUNBOOKS },
  // That of promtool's clock here, which the count of bad requests goes by.
  evaluationIntervalS: 60,
  thresholds: { ...thresholds, throughput: { ...thresholds.throughput, floor: 800 } },
};

/** What tells a rule from others: its name, and the labels by which rules of one name differ. */
export function ruleKey(alert: string, { window, server }: Readonly<Record<string, string>>): string {
  return [alert, window, server].filter((part) => part !== undefined).join(' ');
}

/** Whether a group of rules records what an alert reads: to evaluate all of them each minute takes several times as long. */
export function isReadBy(alert: string, group: string): boolean {
  return (
    group === 'outrider-rates' ||
    (group === 'outrider-slo' && alert.startsWith('ErrorBudget')) ||
    (group === 'outrider-releases' && alert === 'ReleaseRegression')
  );
}

/** What a case demands, by what it proves. */
export interface Proof {
  readonly fires: readonly Course[];
  readonly silent: readonly Course[];
  readonly resolves: readonly Course[];
  readonly reset?: Course;
}

/**
 * The courses of a case, and what is expected in each.
 *
 * @param name that of the alert in the rules that are tried
 */
export function proofOf(proof: AlertCase, name: string = proof.alert): Proof {
  const { firesAt, pendingMinutes, says, resolves, ends = [], reset } = proof;
  const { window } = says.labels;
  const isState = (state: 'pending' | 'firing'): string =>
    // Alerts of one name, one a window, are told apart by it.
    `ALERTS{alertname="${name}",alertstate="${state}"${window === undefined ? '' : `,window="${window}"`}}`;
  const alerts = (state: 'pending' | 'firing', minute: number, expected: boolean): ExpressionCheck => ({
    minute,
    expr: `count(${isState(state)})`,
    expected: expected ? [{ labels: '{}', value: 1 }] : [],
  });
  /** That it fires at every minute from one on, or at none. */
  const throughout = (samples: Samples, from: number, fires: boolean): readonly ExpressionCheck[] => {
    const last = Math.max(from, lastMinute(samples));
    const expected = fires ? [{ labels: '{}', value: last - from + 1 }] : [];
    // Half a minute more, so that the first minute is within it, whether or not a Prometheus takes ends of ranges in.
    const range = `${(last - from) * 60 + 30}s`;
    return [{ minute: last, expr: `sum(count_over_time(${isState('firing')}[${range}]))`, expected }];
  };
  const never = (course: string, samples: Samples): Course => ({
    name: course,
    samples,
    expressions: throughout(samples, 0, false),
  });
  const pendingFrom = firesAt - pendingMinutes;
  const waiting = pendingMinutes === 0 ? [] : [pendingFrom - 1, pendingFrom, firesAt - 1];
  return {
    fires: [
      {
        name: 'over',
        samples: proof.over,
        alerts: [
          {
            minute: firesAt,
            alert: name,
            expected: [{ exp_labels: says.labels, exp_annotations: says.annotations }],
          },
        ],
        expressions: [
          alerts('firing', firesAt - 1, false),
          ...waiting.filter((minute) => minute >= 0).map((minute) => alerts('pending', minute, minute >= pendingFrom)),
        ],
      },
      ...(proof.barely ?? []).map((samples, index) => ({
        name: `barely ${index}`,
        samples,
        expressions: [alerts('firing', lastMinute(samples), true)],
      })),
    ],
    silent: [
      never('under', proof.under),
      never('no history', proof.fresh ?? {}),
      ...(proof.idle === undefined ? [] : [never('idle', proof.idle)]),
      ...(proof.hardly ?? []).map((samples, index) => never(`hardly ${index}`, samples)),
    ],
    resolves: [resolves, ...ends].map(({ samples, at }) => ({
      name: `is over at ${at}`,
      samples,
      expressions: [alerts('firing', at - 1, true), alerts('firing', at, false)],
    })),
    ...(reset && {
      reset: { name: 'reset', samples: reset.samples, expressions: throughout(reset.samples, firesAt, reset.fires) },
    }),
  };
}

/** The last minute of a course that has a sample. */
function lastMinute(samples: Samples): number {
  return Math.max(0, ...Object.values(samples).map((values) => values.split(' ').length - 1));
}
