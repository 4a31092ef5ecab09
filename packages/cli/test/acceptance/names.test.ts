import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../../../core/src/catalogue.ts';
import { KeepingBackend } from '../../../sidecar/test/forward/keeping-backend.ts';
import { shapesOf } from '../../../sidecar/test/forward/request-shape.ts';
import type { MetricShape } from '../../../sidecar/test/forward/request-shape.ts';
import { expectedFamilies, familiesOf } from '../../../sidecar/test/forward/scrape-shape.ts';
import { FRAMEWORKS } from './application.ts';
import { Stage } from './stage.ts';
import { nothingSeen, sendMix } from './traffic.ts';

// The rest of the catalogue is in the sidecar's own test of names, where a test pushes it.
const EXPECTED = [
  'http.server.request.duration',
  'outrider.route.duration',
  'db.client.connection.count',
  'cache.operations',
  'nodejs.eventloop.delay.p99',
  'v8js.gc.duration',
  'process.cpu.time',
  'app.process.exits',
  'system.cpu.time',
  'outrider.forward.sent',
  'outrider.exposition.size',
];

describe('applications with pool and cache, forwarded', () => {
  let stage: Stage;
  let backend: KeepingBackend;

  beforeEach(async () => {
    stage = await Stage.open();
    backend = await KeepingBackend.start();
  });

  afterEach(async () => {
    await stage.close();
    await backend.close();
  });

  it('have the names of the catalogue, and of a scrape', { timeout: 60_000 }, async () => {
    await stage.startSidecar({ args: ['--forward', backend.endpoint] });
    const applications = await Promise.all(
      FRAMEWORKS.map((framework) => stage.startApplication(framework, { VARIANT: 'everything' })),
    );
    for (const application of applications) {
      await sendMix(application.port, 100, nothingSeen());
      await (await fetch(`http://127.0.0.1:${application.port}/events`)).text();
      await application.report('collected');
    }
    await stage.exposition();

    const forwarded = (): Map<string, MetricShape> => shapesOf(backend.bodies);
    const names = (): string[] => [...forwarded().keys()];
    await expect.poll(names, { timeout: 15_000, interval: 100 }).toEqual(expect.arrayContaining(EXPECTED));
    expect(uncatalogued(forwarded())).toEqual({});
    // Neither stands still: what an application begins to tell is on one path before it is on the other.
    const agree = async (): Promise<void> =>
      expect(familiesOf(await stage.exposition())).toEqual(expectedFamilies(forwarded()));
    await vi.waitFor(agree, { timeout: 15_000, interval: 200 });
  });
});

/** What was forwarded otherwise than the catalogue has it, by name. */
function uncatalogued(forwarded: ReadonlyMap<string, MetricShape>): Readonly<Record<string, unknown>> {
  const wrong = [...forwarded].filter(([name, { unit, kind, attributes }]) => {
    const row = catalogue.get(name);
    return row?.unit !== unit || row.kind !== kind || !attributes.every((one) => row.attributes.includes(one));
  });
  return Object.fromEntries(wrong.map(([name, shape]) => [name, { shape, row: catalogue.get(name) }]));
}
