import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import { recordedRequests, slowerRates } from '../../src/measures/requests.ts';
import { recordingGroups } from '../../src/rules/recording.ts';
import { OF_ITS_JOB, worstRoutes } from '../../src/rules/worst-routes.ts';
import { ROUTE } from '../../src/measures/regressions.ts';
import { testRules } from './promtool.ts';
import { requests } from './requests.ts';
import type { Requests } from './requests.ts';

const expr = `${recordedRequests(defaultConfig).all('job')} > 0`;
const recorded = recordedRequests(defaultConfig, OF_ITS_JOB);
const annotations = {
  failed: worstRoutes(recorded.failed(ROUTE), '5 minutes'),
  slow: worstRoutes(slowerRates(recorded, 0.15, ROUTE), '5 minutes'),
};
const rules = stringify(
  { groups: [...recordingGroups(defaultConfig), { name: 'busy', rules: [{ alert: 'Busy', expr, annotations }] }] },
  { lineWidth: 0 },
);

/** What alerts about these applications say after 20 minutes of these requests. */
async function say(
  expected: Readonly<Record<string, { failed: string; slow: string }>>,
  all: readonly Requests[],
  has = (_series: string): boolean => true,
) {
  const samples: Record<string, string> = {};
  for (const job of Object.keys(expected)) {
    for (const [series, values] of Object.entries(requests([[all, 20]])))
      if (has(series)) samples[series.replace('job="shop"', () => `job=${JSON.stringify(job)}`)] = values;
  }
  const alerts = Object.entries(expected).map(([job, said]) => ({ exp_labels: { job }, exp_annotations: said }));
  const check = { minute: 19, alert: 'Busy', expected: alerts };
  return testRules(rules, [{ name: 'busy', samples, alerts: [check] }]);
}

const MOST = ' The routes with the most of them in the last 5 minutes: ';
const NONE = ' No route has a tenth of them.';
const failing = (perMinute: number, route: string): Requests => ({ perMinute, within: 0.01, status: 500, route });

it('the three routes with the most of it are named, the worst first', async () => {
  const all = [failing(2, '/b'), failing(4, '/c'), failing(3, '/d'), failing(1, '/a'), { perMinute: 90, within: 0.01 }];
  expect(await say({ shop: { failed: `${MOST}/c (40%), /d (30%), /b (20%).`, slow: NONE } }, all)).toBe('');
});

it('none is named that has little of it', async () => {
  const [many, few] = [11, 9].map((count) => Array.from({ length: count }, (_, at) => failing(1, `/${at}`)));
  expect(await say({ shop: { failed: NONE, slow: NONE } }, many!)).toBe('');
  const first = { failed: `${MOST}/much (90%).`, slow: NONE };
  expect(await say({ shop: first }, [...few!, failing(81, '/much')])).toBe('');
});

it('requests without a route are told of as such, and slow is what is above the bound', async () => {
  const slow = { perMinute: 30, within: 0.2, route: '' };
  const slower = { perMinute: 10, within: 5, route: '/search' };
  const said = { failed: NONE, slow: `${MOST}(no route) (75%), /search (25%).` };
  expect(await say({ shop: said }, [slow, slower, { perMinute: 90, within: 0.15, route: '/fast' }])).toBe('');
});

it('each application has its own routes, whatever it is called', async () => {
  const said = { failed: `${MOST}/a (100%).`, slow: NONE };
  expect(await say({ shop: said, 'a "b" \\ 100% é $1 {{ x }}': said }, [failing(1, '/a')])).toBe('');
});

it('a route whose histogram lacks the bound is slow, as it is to the alert', async () => {
  const said = { failed: NONE, slow: `${MOST}/other (100%).` };
  const without = (series: string): boolean => !series.includes('"/other"') || !series.includes('le="0.15"');
  expect(
    await say(
      { shop: said },
      [
        { perMinute: 9, within: 0.01, route: '/other' },
        { perMinute: 9, within: 0.01 },
      ],
      without,
    ),
  ).toBe('');
});
