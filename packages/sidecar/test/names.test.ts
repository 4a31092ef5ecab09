import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@outrider/core/catalogue';
import type { MetricDefinition } from '@outrider/core/catalogue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startSidecar } from '../src/sidecar.ts';
import type { Sidecar } from '../src/sidecar.ts';
import { RecordedTree } from './fixtures/recorded-tree.ts';
import { KeepingBackend } from './forward/keeping-backend.ts';
import { shapesOf } from './forward/request-shape.ts';
import type { MetricShape } from './forward/request-shape.ts';
import { expectedFamilies, familiesOf } from './forward/scrape-shape.ts';
import type { FamilyShape } from './forward/scrape-shape.ts';

// A metric that /metrics leaves out, so that this is counted; a backend gets it.
const OMITTED = 'up';

/** A host with everything: the root of this machine is its file system, files are open, and its CPUs are at work. */
class Host {
  readonly #tree = new RecordedTree('linux-6.1-v2-service');
  readonly #work: NodeJS.Timeout;

  constructor() {
    const stat = join(this.procRoot, 'stat');
    const rest = readFileSync(stat, 'utf8').replace(/^cpu .*\n/m, '');
    let ticks = 1000;
    this.#work = setInterval(() => {
      ticks += 1;
      // Whoever reads it gets the old file or the new one.
      writeFileSync(`${stat}.new`, `cpu  ${ticks} 0 0 ${ticks} 0 0 0 0 0 0\n${rest}`);
      renameSync(`${stat}.new`, stat);
    }, 20);
    writeFileSync(join(this.procRoot, 'self', 'mountinfo'), '21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n');
    writeFileSync(join(this.procRoot, 'sys', 'fs', 'file-nr'), '1120\t0\t84785\n');
  }

  get procRoot(): string {
    return this.#tree.context.procRoot;
  }

  get sysRoot(): string {
    return this.#tree.context.sysRoot;
  }

  get folder(): string {
    return this.#tree.root;
  }

  close(): void {
    clearInterval(this.#work);
    this.#tree[Symbol.dispose]();
  }
}

/** A push of everything in the catalogue that an application emits, each with all attributes, in OTLP/JSON. */
function pushOfEverything(): string {
  const emitted = [...catalogue.values()].filter(({ emitter }) => emitter !== 'sidecar');
  const resource = { 'service.name': 'shop', 'service.version': '1.0.0', 'service.instance.id': 'a' };
  const omitted = { name: OMITTED, unit: '', gauge: { dataPoints: [{ asDouble: 1 }] } };
  // Neither the store nor protobuf has room for it, which both count.
  const impossible = { name: OMITTED, gauge: { dataPoints: [{ asInt: 'many' }] } };
  const metrics = [...emitted.map(metricOf), omitted, impossible];
  return JSON.stringify({
    resourceMetrics: [{ resource: { attributes: keyValues(Object.entries(resource)) }, scopeMetrics: [{ metrics }] }],
  });
}

function metricOf({ name, unit, kind, attributes, description }: MetricDefinition): object {
  const point = {
    attributes: keyValues(attributes.map((attribute) => [attribute, 'x'])),
    startTimeUnixNano: '1',
    timeUnixNano: '2',
  };
  const head = { name, unit, description };
  const cumulative = { aggregationTemporality: 2 };
  switch (kind) {
    case 'gauge':
      return { ...head, gauge: { dataPoints: [{ ...point, asDouble: 1 }] } };
    case 'histogram': {
      const dataPoints = [{ ...point, count: '1', sum: 1, bucketCounts: ['1', '0'], explicitBounds: [5] }];
      return { ...head, histogram: { ...cumulative, dataPoints } };
    }
    case 'exponential_histogram': {
      const dataPoints = [{ ...point, count: '1', sum: 1, scale: 3, positive: { bucketCounts: ['1'] } }];
      return { ...head, exponentialHistogram: { ...cumulative, dataPoints } };
    }
    default: {
      const dataPoints = [{ ...point, asDouble: 1 }];
      return { ...head, sum: { ...cumulative, isMonotonic: kind === 'counter', dataPoints } };
    }
  }
}

function keyValues(attributes: ReadonlyArray<readonly [string, string]>): object[] {
  return attributes.map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

/** The catalogue as a backend should see it. */
function expectedForwarded(): Map<string, MetricShape> {
  return new Map(
    [...catalogue.values()].map(({ name, unit, kind, attributes }) => [
      name,
      { unit, kind, attributes: attributes.toSorted() },
    ]),
  );
}

describe.runIf(process.platform === 'linux')('the names', () => {
  let host: Host;
  let backend: KeepingBackend;
  let sidecar: Sidecar;

  beforeEach(async () => {
    host = new Host();
    backend = await KeepingBackend.start();
    const config = join(host.folder, 'outrider.yaml');
    const spool = { folder: join(host.folder, 'spool') };
    const settings = {
      otlp: { listen: '127.0.0.1:0', socket: join(host.folder, 'otlp.sock') },
      metrics: { listen: '127.0.0.1:0' },
      procRoot: host.procRoot,
      sysRoot: host.sysRoot,
      interval: '1s',
      forward: [{ endpoint: backend.endpoint, spool }],
    };
    // JSON is YAML, too.
    writeFileSync(config, JSON.stringify(settings));
    sidecar = await startSidecar(loadConfig({ file: config }));
  });

  afterEach(async () => {
    await sidecar.close();
    await backend.close();
    host.close();
  });

  it(
    'are the same in the catalogue, forwarded and scraped: units, kinds and attributes, too',
    { timeout: 40_000 },
    async () => {
      const scrape = async (): Promise<string> => (await fetch(`${sidecar.addresses.metrics}/metrics`)).text();
      const push = (): Promise<Response> =>
        fetch(`${sidecar.addresses.otlp}/v1/metrics`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: pushOfEverything(),
        });
      const forwarded = (): Map<string, MetricShape> => {
        const shapes = shapesOf(backend.bodies);
        shapes.delete(OMITTED);
        return shapes;
      };
      expect((await push()).status).toBe(200);
      // A scrape is what it takes to count what a scrape costs.
      await scrape();
      await expect.poll(forwarded, { timeout: 15_000, interval: 200 }).toEqual(expectedForwarded());
      const scraped = async (): Promise<Map<string, FamilyShape>> => familiesOf(await scrape());
      await expect.poll(scraped, { timeout: 15_000, interval: 200 }).toEqual(expectedFamilies(forwarded()));
    },
  );
});
