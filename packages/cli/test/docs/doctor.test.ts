import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStage } from '../../../dashboards/test/doctor/stage.ts';
import type { Stage } from '../../../dashboards/test/doctor/stage.ts';
import { catalogueSeries } from '../../../dashboards/test/history/catalogue-past.ts';
import { inProcess } from '../in-process.ts';

const GUIDE = new URL('../../../../docs/guide/dashboards-configuration.md', import.meta.url);
const MINUTES_S = 20 * 60;
const nowS = Math.floor(Date.now() / 15_000) * 15;

describe('what the guide shows of the doctor', () => {
  let stage: Stage;

  // One release of one application, for less than an hour, and no rules.
  beforeAll(async () => {
    const lifetime = { fromS: nowS - MINUTES_S, toS: nowS, version: '1.0.0' };
    const app = { ...lifetime, labels: { job: 'shop', instance: 'host-1', worker: '0' } };
    const sidecar = { ...lifetime, labels: { job: 'outrider', instance: 'host-1:9464' } };
    stage = await startStage({
      past: [...catalogueSeries('app', app), ...catalogueSeries('sidecar', sidecar)],
      slice: lifetime,
    });
  });
  afterAll(() => stage.stop());

  it('is what it says', async () => {
    const guide = await readFile(GUIDE, 'utf8');
    const [, url = '', shown = ''] =
      /\$ outrider doctor --prometheus (\S+) --dashboard regression\n([^]*?)```/.exec(guide) ?? [];
    const { code, stdout } = await inProcess(['doctor', '--prometheus', stage.url, '--dashboard', 'regression']);
    expect(code).toBe(1);
    const version = (text: string): string => text.replace(/^Prometheus \S+ at/, 'Prometheus at');
    expect(version(stdout.replace(stage.url, url))).toBe(version(shown));
  });
});
