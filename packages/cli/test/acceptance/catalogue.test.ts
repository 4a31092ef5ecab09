import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue, prometheusName } from '../../../core/src/catalogue.ts';
import { FRAMEWORKS } from './application.ts';
import { Stage } from './stage.ts';
import { nothingSeen, sendMix } from './traffic.ts';

const CATALOGUED = new Set([...catalogue.values()].map(({ name, unit, kind }) => prometheusName(name, unit, kind)));

// What the demo has no occasion to show.
const RARE = [
  'http_server_stream_duration_seconds',
  'cache_size_bytes',
  'cache_evictions_total',
  'v8js_memory_heap_used_after_gc_bytes',
  'outrider_callback_errors_total',
];

describe('/metrics of applications with pool and cache', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(() => stage.close());

  it('has only names of the catalogue, the rare ones too, and satisfies promtool', { timeout: 60_000 }, async () => {
    await stage.startSidecar();
    const applications = await Promise.all(
      FRAMEWORKS.map((framework) => stage.startApplication(framework, { VARIANT: 'everything' })),
    );
    for (const application of applications) {
      await sendMix(application.port, 100, nothingSeen());
      await (await fetch(`http://127.0.0.1:${application.port}/events`)).text();
      await application.report('collected');
    }

    const names = async (): Promise<string[]> => namesIn(await stage.exposition());
    await expect.poll(names, { timeout: 15_000, interval: 100 }).toEqual(expect.arrayContaining(RARE));
    const exposition = await stage.exposition();
    expect(namesIn(exposition).filter((name) => !CATALOGUED.has(name))).toEqual([]);
    expect(spawnSync('promtool', ['check', 'metrics'], { input: exposition, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const { database, cache } = await stage.api();
    expect({ ...database.reasons, ...cache.reasons }).toEqual({});
  });
});

function namesIn(exposition: string): string[] {
  return [...exposition.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
}
