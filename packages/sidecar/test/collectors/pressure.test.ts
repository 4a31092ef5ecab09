import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePressure, pressure } from '../../src/collectors/pressure.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

const METRIC = 'system.linux.pressure.stall_time';

test('the host and the own cgroup, in seconds', async () => {
  const { metrics, absent } = await pressure(recorded('proc-host')).collect(noAbort());
  expect(values({ metrics })).toEqual({
    [`${METRIC}{kind=some,resource=cpu,scope=host}`]: 2.5,
    [`${METRIC}{kind=some,resource=memory,scope=host}`]: 1.5,
    [`${METRIC}{kind=full,resource=memory,scope=host}`]: 0.5,
    [`${METRIC}{kind=some,resource=io,scope=host}`]: 9e6,
    [`${METRIC}{kind=full,resource=io,scope=host}`]: 8,
    [`${METRIC}{kind=some,resource=cpu,scope=cgroup}`]: 0.7,
    [`${METRIC}{kind=full,resource=cpu,scope=cgroup}`]: 0.6,
    [`${METRIC}{kind=some,resource=memory,scope=cgroup}`]: 0,
    [`${METRIC}{kind=full,resource=memory,scope=cgroup}`]: 0,
    [`${METRIC}{kind=some,resource=io,scope=cgroup}`]: 0.000005,
    [`${METRIC}{kind=full,resource=io,scope=cgroup}`]: 0.000004,
  });
  expect(absent).toEqual({});
});

test('a kernel without it: absent, with one reason a scope', async () => {
  const { metrics, absent } = await pressure(recorded('proc-container')).collect(noAbort());
  expect(metrics).toEqual([]);
  expect(absent).toEqual({
    [METRIC]:
      'host: the kernel gives no pressure stall information (ENOENT); cgroup: the kernel has no cgroup version 2',
  });
});

test('the host without the cgroup: the points that are there, and why the others are not', async () => {
  const { procRoot } = recorded('proc-host');
  const { metrics, absent } = await pressure({ ...recorded('proc-host'), procRoot, sysRoot: '/nonexistent' }).collect(
    noAbort(),
  );
  expect(Object.keys(values({ metrics })).every((name) => name.includes('scope=host'))).toBe(true);
  expect(absent?.[METRIC]).toMatch(/^cgroup: no mount/);
});

test('a file without totals is no pressure file', () => {
  expect(() => parsePressure('')).toThrow('holds no total');
  expect(() => parsePressure('some avg10=1 total=x\n')).toThrow('holds no total');
});

function hostStall(): number | undefined {
  try {
    return Number(/^some .*total=(\d+)$/m.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1]) / 1e6;
  } catch {
    return undefined;
  }
}

test.runIf(process.platform === 'linux')('this machine: what the kernel has counted, or why it has not', async () => {
  const before = hostStall();
  const collection = await pressure(thisMachine).collect(noAbort());
  const stalled = values(collection)[`${METRIC}{kind=some,resource=cpu,scope=host}`];
  if (before === undefined) {
    expect(stalled).toBeUndefined();
    expect(collection.absent?.[METRIC]).toContain('host: the kernel gives no pressure stall information');
  } else {
    expect(stalled).toBeGreaterThanOrEqual(before);
    expect(stalled).toBeLessThanOrEqual(hostStall() ?? NaN);
    expect(collection.absent?.[METRIC] ?? '').not.toContain('host:');
  }
});
