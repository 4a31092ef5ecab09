import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import { badShare, failedShare, slowShare } from '../../src/measures/slo.ts';
import { rulesFile } from '../../src/outputs/rules-file.ts';
import { counter } from '../rules/course.ts';
import type { Stretch } from '../rules/course.ts';
import { testRules } from '../rules/promtool.ts';
import type { ExpressionCheck } from '../rules/promtool.ts';

const QUIET = 10;
const { groups } = parse(rulesFile(defaultConfig)) as { readonly groups: ReadonlyArray<{ readonly name: string }> };
// Groups are evaluated at moments of their own: what is taken from each other is to be of one, and of no other.
const rules = stringify({ groups: groups.filter(({ name }) => name === 'outrider-slo') }, { lineWidth: 0 });

/** Requests that are all answered with one status, and within the objective or not at all in time. */
function requests(status: string, inTime: boolean, ...stretches: readonly Stretch[]): Record<string, string> {
  const route = inTime ? '/fast' : '/slow';
  const labels = `http_response_status_code="${status}",http_route="${route}",instance="web-1",job="shop",service_version="1",worker="0"`;
  const name = 'http_server_request_duration_seconds';
  const none = counter(...stretches.map(([, minutes]): Stretch => [0, minutes]));
  return {
    [`${name}_bucket{le="0.5",${labels}}`]: inTime ? counter(...stretches) : none,
    [`${name}_bucket{le="+Inf",${labels}}`]: counter(...stretches),
    [`${name}_count{${labels}}`]: counter(...stretches),
  };
}

function at(minute: number, expr: string, share: number): ExpressionCheck {
  // To a millionth: promtool 2.42 compares to the last bit.
  return { minute, expr: `round(1000000 * ${expr})`, expected: [{ labels: '{job="shop"}', value: share * 1e6 }] };
}

it('while errors change, requests that failed are not told as too slow at any moment', async () => {
  const slow = 0.01;
  const minutes = Array.from({ length: 6 }, (_, index) => QUIET + index);
  // Of a hundred requests 98 are good and one is too slow; one fails, then all that came besides.
  const failures = await testRules(rules, [
    {
      name: 'an outage',
      samples: {
        ...requests('200', true, [98, QUIET], [78, 6]),
        ...requests('200', false, [1, QUIET + 6]),
        ...requests('500', true, [1, QUIET], [21, 6]),
      },
      expressions: [
        ...minutes.map((minute) => at(minute, slowShare(), slow)),
        ...minutes.map((minute) => at(minute, `(${badShare('5m')} - (${failedShare()}))`, slow)),
        at(QUIET, failedShare(), 0.01),
        at(QUIET + 5, failedShare(), 0.21),
      ],
    },
  ]);
  expect(failures).toBe('');
});
