import { catalogue } from '@outrider/core/catalogue';
import { CONTAINER_METRICS } from '@outrider/core/cgroup';
import { describe, expect, test } from 'vitest';
import { joinAbsent } from '../../src/collectors/absent.ts';
import type { Collection, Collector } from '../../src/collectors/collector.ts';
import { filesystemCollector } from '../../src/collectors/filesystem.ts';
import { collectorsFor } from '../../src/collectors/registry.ts';
import { noAbort, values } from '../fixtures/proc-tree.ts';
import { RecordedTree, recordedTrees } from '../fixtures/recorded-tree.ts';

const MIB = 2 ** 20;

/** What was set up before the recording, and what follows from it; the whole is in the golden file. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'linux-6.18-v1-service': limits(0.2, 128 * MIB),
  'linux-6.1-v1-container': limits(0.2, 96 * MIB),
  'linux-6.1-v1-namespace': limits(0.2, 96 * MIB),
  'linux-6.1-v2-service': limits(0.2, 96 * MIB),
  'linux-6.1-v2-namespace': limits(0.2, 96 * MIB),
  'linux-6.12-v2-without-psi': limits(0.2, 96 * MIB),
  // Those of the pod; nobody in the worker itself was killed.
  'linux-6.1-v1-nested': { ...limits(0.3, 96 * MIB), 'container.memory.oom_kills': 0 },
  'linux-6.1-v2-nested': { ...limits(0.3, 96 * MIB), 'container.memory.oom_kills': 0 },
};

function limits(cpus: number, bytes: number): Record<string, number> {
  return { 'container.cpu.limit': cpus, 'container.memory.limit': bytes, 'container.memory.oom_kills': 1 };
}

/** What is found in a tree, at first and, where something changes, later. */
interface Found {
  readonly about: string;
  readonly from: string | undefined;
  readonly collections: readonly Required<Collection>[];
  readonly lines: readonly string[];
  /** The collectors that found something. */
  readonly collectors: readonly string[];
}

describe.each(recordedTrees())('%s', (name) => {
  test.concurrent('every figure, and why there is none', async (context) => {
    const found = await read(name);
    for (const collection of found.collections) checkInvariants(collection);
    for (const collection of found.collections) expect(values(collection)).toMatchObject(KNOWN[name] ?? {});
    const golden = found.from === undefined ? found.lines : difference((await read(found.from)).lines, found.lines);
    const text = [`# ${found.about}`, ...golden, ''].join('\n');
    await context.expect(text).toMatchFileSnapshot(`../trees/${name}.golden`);
  });
});

test('every collector of Linux finds something in some tree', async () => {
  const found = await Promise.all(recordedTrees().map(read));
  expect(new Set(found.flatMap(({ collectors }) => collectors))).toEqual(new Set(Object.keys(collectorsFor('linux'))));
});

test('CPU time never falls, whatever the kernel takes back', async () => {
  const falls: string[] = [];
  for (const name of recordedTrees()) {
    const [first, second] = (await read(name)).collections.map(values);
    for (const [series, value] of Object.entries(first ?? {})) {
      if (series.startsWith('system.cpu.time') && (second?.[series] ?? value) < value) falls.push(`${name} ${series}`);
    }
  }
  expect(falls).toEqual([]);
});

test('a CPU that goes or comes leaves the share of the others right', async () => {
  // Ticks from the lines of all CPUs of the two recordings: user, system and interrupts, then idle and waiting for I/O.
  for (const [name, busy, idle] of [
    ['linux-6.1-cpu-taken-away', 750 - 415 + 588 - 550 + 27 - 23, 6439 - 5980 + 1],
    ['linux-6.1-cpu-added', 1080 - 750 + 644 - 588 + 37 - 27, 6912 - 6439],
  ] as const) {
    const later = values({ metrics: (await read(name)).collections[1]?.metrics ?? [] });
    expect(later['system.cpu.utilization']).toBeCloseTo(busy / (busy + idle), 12);
  }
});

const readings = new Map<string, Promise<Found>>();

/** Reads each tree once: a first reading waits for CPU time to pass, which it never does here. */
function read(name: string): Promise<Found> {
  const reading = readings.get(name) ?? readNow(name);
  readings.set(name, reading);
  return reading;
}

async function readNow(name: string): Promise<Found> {
  using tree = new RecordedTree(name);
  const collectors = collectorsOf(tree);
  const first = await collectEach(collectors);
  const collections = [together(first)];
  const lines = linesOf(first, tree);
  if (tree.goOn()) {
    const second = await collectEach(collectors);
    collections.push(together(second));
    lines.push(...difference(lines, linesOf(second, tree)).map((line) => `later ${line}`));
  }
  const names = first.flatMap(([collector, { metrics }]) => (metrics.length > 0 ? [collector] : []));
  return { about: tree.about, from: tree.from, collections, lines, collectors: names };
}

/** What is gone from a list of lines, and what is new; so a tree shows only what is odd about it. */
function difference(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

type NamedCollectors = ReadonlyArray<readonly [name: string, collector: Collector]>;

/** The collectors of Linux; file systems are asked in the recording, and not on this machine. */
function collectorsOf({ context, statfs }: RecordedTree): NamedCollectors {
  return Object.entries(collectorsFor('linux')).map(([name, factory]) => [
    name,
    name === 'filesystem' ? filesystemCollector(context, statfs) : factory(context),
  ]);
}

/** What each collector finds; one that fails finds nothing, as with the runner. */
function collectEach(collectors: NamedCollectors): Promise<(readonly [name: string, collection: Collection])[]> {
  return Promise.all(
    collectors.map(async ([name, collector]) => {
      try {
        return [name, await collector.collect(noAbort())] as const;
      } catch (error) {
        return [name, { metrics: [], absent: { [`(${name})`]: String(error) } }] as const;
      }
    }),
  );
}

function together(each: ReadonlyArray<readonly [name: string, collection: Collection]>): Required<Collection> {
  return {
    metrics: each.flatMap(([, { metrics }]) => metrics),
    absent: joinAbsent(each.map(([, { absent }]) => absent ?? {})),
  };
}

function linesOf(each: ReadonlyArray<readonly [name: string, collection: Collection]>, tree: RecordedTree): string[] {
  const { metrics, absent } = together(each);
  return [
    ...Object.entries(values({ metrics })).map(([series, value]) => `${series} ${value}`),
    ...Object.entries(absent).map(([name, reason]) => `absent ${name}: ${tree.asRecorded(reason)}`),
  ];
}

/** What holds for every reading of every machine. */
function checkInvariants({ metrics, absent }: Required<Collection>): void {
  for (const [series, value] of Object.entries(values({ metrics }))) {
    expect(Number.isFinite(value), series).toBe(true);
    expect(value, series).toBeGreaterThanOrEqual(0);
    if (series.includes('.utilization')) expect(value, series).toBeLessThanOrEqual(1);
    if (/\.limit\b/.test(series)) expect(value, series).toBeGreaterThan(0);
  }
  const names = metrics.map((metric) => metric.name);
  expect(new Set(names).size, 'each metric once').toBe(names.length);
  for (const { name, points } of metrics) {
    for (const { attributes } of points) {
      expect(attributes.map(([key]) => key)).toEqual([...(catalogue.get(name)?.attributes ?? [])].toSorted());
    }
  }
  for (const name of CONTAINER_METRICS) expect(names.includes(name) !== name in absent, name).toBe(true);
}
