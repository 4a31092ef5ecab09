import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { catalogue } from '@outrider/core/catalogue';
import { describe, expect, test } from 'vitest';
import { collectorsFor } from '../../src/collectors/registry.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

const run = promisify(execFile);
const linux = Object.entries(collectorsFor('linux'));

test('the collectors of Linux', () => {
  expect(linux.map(([name]) => name)).toEqual([
    'cpu',
    'load',
    'memory',
    'disk',
    'filesystem',
    'network',
    'file_descriptor',
    'container',
    'pressure',
  ]);
});

test.each(['darwin', 'win32'] as const)('the collectors of %s', (platform) => {
  expect(Object.keys(collectorsFor(platform))).toEqual(['cpu', 'load', 'memory', 'disk', 'filesystem', 'network']);
});

test("without an argument it is this process's platform", () => {
  expect(collectorsFor()).toBe(collectorsFor(process.platform));
});

test.each(linux)("%s emits names of the catalogue with the catalogue's attributes", async (_, factory) => {
  const { metrics, absent = {} } = await factory(recorded('proc-host')).collect(noAbort());
  for (const { name, unit, kind, points } of metrics) {
    const definition = catalogue.get(name);
    expect({ name, unit, kind }).toEqual({ name: definition?.name, unit: definition?.unit, kind: definition?.kind });
    for (const { attributes } of points) {
      const names = attributes.map(([attribute]) => attribute);
      expect(names).toEqual([...(definition?.attributes ?? [])].toSorted());
    }
    expect(points.length).toBeGreaterThan(0);
  }
  for (const name of Object.keys(absent)) expect(catalogue.has(name)).toBe(true);
});

test('together they cover every system and container metric of the catalogue', async () => {
  const covered = new Set<string>();
  for (const [, factory] of linux) {
    const { metrics, absent = {} } = await factory(recorded('proc-host')).collect(noAbort());
    for (const name of [...metrics.map((metric) => metric.name), ...Object.keys(absent)]) covered.add(name);
  }
  const wanted = [...catalogue.keys()].filter((name) => /^(system|container)\./.test(name));
  expect([...covered].toSorted()).toEqual(wanted.toSorted());
});

describe.runIf(process.platform === 'linux')('on this machine', () => {
  test.each(linux)('%s reads finite numbers that are not negative', async (_, factory) => {
    const collection = await factory(thisMachine).collect(noAbort());
    for (const [name, value] of Object.entries(values(collection))) {
      expect.soft(Number.isFinite(value) && value >= 0, `${name} is ${value}`).toBe(true);
    }
  });

  // The machine's fork counter counts what others start as well, so only the quietest of ten batches is judged: one
  // collector that forks once a collection would put five into each.
  test.runIf(existsSync('/proc/self/task') && existsSync(`/proc/self/task/${process.pid}/children`))(
    'nothing is forked',
    async () => {
      const script = fileURLToPath(new URL('collect-many.ts', import.meta.url));
      const { stdout } = await run(process.execPath, ['--conditions=source', '--no-warnings', script]);
      expect(JSON.parse(stdout)).toEqual({
        rounds: 5,
        children: [],
        fewestForks: expect.any(Number),
        childProcess: false,
      });
      const { fewestForks, rounds } = JSON.parse(stdout) as { fewestForks: number; rounds: number };
      expect(fewestForks).toBeLessThan(rounds);
    },
  );
});
