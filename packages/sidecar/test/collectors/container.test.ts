import { CONTAINER_METRICS } from '@outrider/core/cgroup';
import { expect, test } from 'vitest';
import { container } from '../../src/collectors/container.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

const MIB = 2 ** 20;

test('a service of systemd, cgroup version 2', async () => {
  expect(values(await container(recorded('proc-host')).collect(noAbort()))).toEqual({
    'container.cpu.time': 4,
    'container.cpu.limit': 0.2,
    'container.cpu.throttled_time': 1.6,
    'container.cpu.periods{throttled=true}': 20,
    'container.cpu.periods{throttled=false}': 80,
    'container.memory.usage': 100 * MIB,
    'container.memory.working_set': 80 * MIB,
    'container.memory.limit': 256 * MIB,
    'container.memory.oom_kills': 0,
  });
});

test('a container, cgroup version 1, without a memory limit', async () => {
  const collection = await container(recorded('proc-container')).collect(noAbort());
  expect(values(collection)).toEqual({
    'container.cpu.time': 7,
    'container.cpu.limit': 1.5,
    'container.cpu.throttled_time': 0.25,
    'container.cpu.periods{throttled=true}': 2,
    'container.cpu.periods{throttled=false}': 7,
    'container.memory.usage': 70 * MIB,
    'container.memory.working_set': 60 * MIB,
    'container.memory.oom_kills': 3,
  });
  expect(collection.absent).toEqual({ 'container.memory.limit': 'no limit is set' });
});

test('no cgroup: all are absent with the reason', async () => {
  const nowhere = { ...recorded('proc-host'), procRoot: '/nonexistent' };
  const { metrics, absent } = await container(nowhere).collect(noAbort());
  expect(metrics).toEqual([]);
  expect(absent).toEqual(Object.fromEntries(CONTAINER_METRICS.map((name) => [name, 'the process is in no cgroup'])));
});

test.runIf(process.platform === 'linux')('this machine: each metric once, or a reason', async () => {
  const { metrics, absent = {} } = await container(thisMachine).collect(noAbort());
  expect([...metrics.map(({ name }) => name), ...Object.keys(absent)].toSorted()).toEqual(CONTAINER_METRICS.toSorted());
});
