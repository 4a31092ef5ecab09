import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { PanelReport } from '../../src/doctor/finding.ts';
import { DAY_OF_RELEASES, RATES } from '../../src/measures/recorded.ts';
import { named } from '../history/back-fill.ts';
import { dashboardOf } from './panel.ts';
import { startStage, until } from './stage.ts';
import type { Stage } from './stage.ts';

const SLICE_S = 3600;
// A moment that the steps of a subquery in five minutes meet.
const onStepS = Math.floor((Date.now() / 1000 - SLICE_S) / 300) * 300;
const LABELS = { job: 'shop', instance: 'a', worker: '0', service_version: '1', http_route: '/', le: '+Inf' };

async function panelOf(stage: Stage, expr: string, endS: number): Promise<PanelReport | undefined> {
  // Long enough that the last step of its panels is minutes ago.
  const dashboard = dashboardOf([{ expr, legend: '' }], '24h');
  const { dashboards } = await examine(stage.client, defaultConfig, [dashboard], endS);
  return dashboards[0]?.panels[0];
}

describe('what has just begun', () => {
  it('is young, as long as it is younger than what rates look back, whenever it began', async () => {
    const begun = (name: string, fromS: number, everyS: number) => ({
      name: named(name, LABELS),
      at: (timeS: number) => (timeS < fromS || (timeS - fromS) % everyS !== 0 ? undefined : timeS),
    });
    const past = [
      begun('process_cpu_time_seconds_total', onStepS + 15, 15),
      begun('system_disk_io_bytes_total', onStepS + 15, 60),
      begun('system_network_io_bytes_total', onStepS - 900, 360),
    ];
    const stage = await startStage({ past, slice: { fromS: onStepS - 1200, toS: onStepS + 600 } });
    try {
      const said = async (metric: string, window: string, ageS: number): Promise<unknown> => {
        const panel = await panelOf(stage, `rate(${metric}[${window}])`, onStepS + 15 + ageS);
        return [panel?.status, ...(panel?.findings ?? []).map(({ code, why }) => `${code}: ${why}`)];
      };
      const cpu = 'process_cpu_time_seconds_total';
      expect(await said(cpu, '5m', 5)).toEqual(['empty', `too-young: ${cpu} has one sample so far: rates take two`]);
      expect(await said(cpu, '5m', 25)).toEqual(['empty', 'too-young: the first figures have come just now']);
      const disk = 'system_disk_io_bytes_total';
      expect(await said(disk, '1m', 5)).toMatchObject(['empty', expect.stringContaining('one sample so far')]);
      // Two scrapes, of which the window has one.
      expect(await said(disk, '59s', 62)).toMatchObject(['missing', expect.stringMatching(/^rate-window/)]);
      const network = 'system_network_io_bytes_total';
      expect(await said(network, '5m', 5)).toEqual([
        'missing',
        `rate-window: rates look 5m back, where ${network} has one sample: it takes two`,
      ]);
    } finally {
      await stage.stop();
    }
  });

  it('is recorded only after the first evaluation of its group', async () => {
    const nowS = Math.floor(Date.now() / 15_000) * 15;
    const rules = {
      groups: [
        { name: 'often', interval: '1s', rules: [{ record: RATES.versionBuckets, expr: 'last_over_time(up[10m])' }] },
        {
          name: 'seldom',
          interval: '364d',
          rules: [{ record: DAY_OF_RELEASES.buckets, expr: `avg_over_time(${RATES.versionBuckets}[1d])` }],
        },
      ],
    };
    const stage = await startStage({
      past: [{ name: named('up', LABELS), at: () => 1 }],
      slice: { fromS: nowS - 120, toS: nowS },
      settings: { rule_files: ['rules.yml'] },
      rules: JSON.stringify(rules),
    });
    try {
      await until('two evaluations', async () => {
        const [count] = await stage.client.query(`count_over_time(${RATES.versionBuckets}[1m])`);
        return (count?.samples[0]?.[1] ?? 0) > 1;
      });
      const panel = await panelOf(stage, `sum by (job) (${DAY_OF_RELEASES.buckets})`, Date.now() / 1000);
      expect(panel).toMatchObject({
        status: 'empty',
        findings: [{ code: 'too-young', why: `${DAY_OF_RELEASES.buckets} is recorded every 364d, and was not yet` }],
      });
    } finally {
      await stage.stop();
    }
  });
});
