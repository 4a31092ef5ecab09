import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { byStatus, errorShare, requests, slowerRequests, slowerShare } from '../../src/measures/requests.ts';
import { panelScope } from '../../src/scope.ts';
import { counter } from '../rules/course.ts';
import { decimal, plain, requests as served } from '../rules/requests.ts';
import type { Requests } from '../rules/requests.ts';
import { evaluate } from './measure.ts';

const panels = panelScope(defaultConfig);
const all = requests(panels, defaultConfig);

const MIXED: readonly Requests[] = [
  { perMinute: 90, within: 0.01 },
  { perMinute: 6, within: 0.1 },
  { perMinute: 3, within: 0.5, status: 503 },
  { perMinute: 1, within: 5, route: '/report' },
];

for (const [name, spelling] of Object.entries({ decimal, plain })) {
  it(`counts requests above a bound exactly, with bounds in ${name} spelling`, async () => {
    expect(
      await evaluate(served([[MIXED, 15]], { spelling }), [
        [slowerShare(all, 0.06), { '{}': 0.1 }],
        [slowerShare(all, 0.15), { '{}': 0.04 }],
        [slowerShare(all, 3), { '{}': 0.01 }],
        [
          slowerRequests({ ...panels, window: '5m' }, defaultConfig, 3, 'http_route'),
          { '{http_route="/basket"}': 0, '{http_route="/report"}': 5 },
        ],
      ]),
    ).toBe('');
  });
}

it('has no errors where nothing failed, and nothing to say where nothing was asked for', async () => {
  const calm = served([[[{ perMinute: 60, within: 0.01 }], 15]]);
  const idle = served([[[{ perMinute: 0, within: 0.01 }], 15]]);
  const share = errorShare(all, 'job');
  expect(await evaluate(served([[MIXED, 15]]), [[share, { '{job="shop"}': 0.03 }]])).toBe('');
  expect(await evaluate(calm, [[share, { '{job="shop"}': 0 }]])).toBe('');
  // What is no number is not drawn, and no comparison holds for it.
  expect(await evaluate(idle, [[`(${share} >= 0)`, {}]])).toBe('');
  expect(await evaluate({}, [[share, {}]])).toBe('');
});

it('tells requests without a response apart', async () => {
  const name = 'http_server_request_duration_seconds_count';
  const labels = 'http_route="/basket",instance="web-1",job="shop"';
  const samples = {
    [`${name}{http_response_status_code="200",${labels}}`]: counter([60, 15]),
    [`${name}{error_type="client_disconnect",${labels}}`]: counter([6, 15]),
  };
  expect(
    await evaluate(samples, [
      [byStatus(panels), { '{http_response_status_code="200"}': 1, '{http_response_status_code="none"}': 0.1 }],
    ]),
  ).toBe('');
});

it('refuses a threshold that is no bound of the histogram', () => {
  expect(() => slowerShare(all, 0.07)).toThrow('0.07 is no bound of the histogram');
});
