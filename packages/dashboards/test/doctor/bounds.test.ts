import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { named } from '../history/back-fill.ts';
import type { PastSeries } from '../history/back-fill.ts';
import { startStage } from './stage.ts';
import type { Stage } from './stage.ts';

const nowS = Math.floor(Date.now() / 15_000) * 15;
const ALL = ['0.06', '0.15', '0.5', '3', '+Inf'];

function buckets(job: string, instance: string, bounds: readonly string[], endedS = nowS): readonly PastSeries[] {
  return bounds.map((le) => ({
    name: named('http_server_request_duration_seconds_bucket', { job, instance, worker: '0', http_route: '/', le }),
    at: (timeS) => (timeS > endedS ? undefined : 1),
  }));
}

describe('the bounds of the latency that applications really have', () => {
  let stage: Stage;

  beforeAll(async () => {
    const past = [
      ...buckets('shop', 'a', ALL),
      ...buckets('bank', 'a', ['0.1', '0.5', '3.0', '+Inf']),
      // One of two has been given them.
      ...buckets('inn', 'a', ALL),
      ...buckets('inn', 'b', ['0.06', '0.5', '1', '3', '+Inf']),
      // It had others before.
      ...buckets('zoo', 'a', ALL),
      ...buckets('zoo', 'a', ['0.07'], nowS - 900),
      ...buckets('gone', 'a', ['1', '+Inf'], nowS - 900),
    ];
    stage = await startStage({ past, slice: { fromS: nowS - 1800, toS: nowS } });
  });
  afterAll(() => stage.stop());

  async function problemsOf(config: DashboardConfig): Promise<readonly Finding[]> {
    const { problems, well } = await examine(stage.client, config, [], nowS);
    expect(well).toBe(false);
    return problems.filter(({ code }) => code === 'bucket');
  }

  it('are said of each threshold that is none, by application', async () => {
    const mend = (bound: string): string =>
      `buckets of the middleware must contain ${bound}; or say the application's latencyBounds and one of them as the threshold in the file for --config`;
    expect(await problemsOf(defaultConfig)).toEqual([
      {
        code: 'bucket',
        why: 'the request duration of job bank has no bucket up to 0.06; its bounds are 0.1, 0.5, 3.0, +Inf',
        mend: mend('0.06'),
      },
      {
        code: 'bucket',
        why: 'the request duration of job bank, inn has no bucket up to 0.15; its bounds are 0.1, 0.5, 3.0, +Inf',
        mend: mend('0.15'),
      },
    ]);
  });

  it('are those of the instances that lack one, of applications that the dashboards are for', async () => {
    const only = { ...defaultConfig, applications: { job: '=~"inn|shop"' } };
    expect((await problemsOf(only)).map(({ why }) => why)).toEqual([
      'the request duration of job inn has no bucket up to 0.15; its bounds are 0.06, 0.5, 1, 3, +Inf',
    ]);
    expect(await problemsOf({ ...defaultConfig, applications: { job: '=~"shop|zoo"' } })).toEqual([]);
  });
});
