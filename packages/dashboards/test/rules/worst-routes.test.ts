import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import { recordedRequests, slowerRates } from '../../src/measures/requests.ts';
import { recordingGroups } from '../../src/rules/recording.ts';
import { worstRoutes } from '../../src/rules/worst-routes.ts';
import { testRules } from './promtool.ts';
import { requests } from './requests.ts';
import type { Requests } from './requests.ts';

const recorded = recordedRequests(defaultConfig);
const expr = `${recorded.all('job')} > 0`;
const annotations = {
  failed: worstRoutes(recorded.failed),
  slow: worstRoutes((by) => slowerRates(recorded, 0.15, by)),
};
const rules = stringify(
  { groups: [...recordingGroups(defaultConfig), { name: 'busy', rules: [{ alert: 'Busy', expr, annotations }] }] },
  { lineWidth: 0 },
);

/** What alerts about these applications say after 20 minutes of these requests. */
async function say(expected: Readonly<Record<string, { failed: string; slow: string }>>, all: readonly Requests[]) {
  const samples: Record<string, string> = {};
  for (const job of Object.keys(expected)) {
    for (const [series, values] of Object.entries(requests([[all, 20]])))
      samples[series.replace('job="shop"', () => `job=${JSON.stringify(job)}`)] = values;
  }
  const alerts = Object.entries(expected).map(([job, said]) => ({ exp_labels: { job }, exp_annotations: said }));
  const check = { minute: 19, alert: 'Busy', expected: alerts };
  return testRules(rules, [{ name: 'busy', samples, alerts: [check] }]);
}

const MOST = ' Most of them in the last 5 minutes: ';
const failing = (perMinute: number, route: string): Requests => ({ perMinute, within: 0.01, status: 500, route });

it('the three routes that did most of it are named, the worst first, and none that did nothing', async () => {
  const all = [failing(1, '/a'), failing(2, '/b'), failing(4, '/c'), failing(3, '/d'), { perMinute: 90, within: 0.01 }];
  expect(await say({ shop: { failed: `${MOST}/c (40%), /d (30%), /b (20%).`, slow: '' } }, all)).toBe('');
});

it('requests without a route are told of as such, and slow is what is above the bound', async () => {
  const slow = { perMinute: 30, within: 0.2, route: '' };
  const slower = { perMinute: 10, within: 5, route: '/search' };
  const said = { failed: '', slow: `${MOST}(no route) (75%), /search (25%).` };
  expect(await say({ shop: said }, [slow, slower, { perMinute: 90, within: 0.15, route: '/fast' }])).toBe('');
});

it('each application has its own routes, whatever it is called', async () => {
  const said = { failed: `${MOST}/a (100%).`, slow: '' };
  expect(await say({ shop: said, 'a "b" \\ 100% é $1 {{ x }}': said }, [failing(1, '/a')])).toBe('');
});
