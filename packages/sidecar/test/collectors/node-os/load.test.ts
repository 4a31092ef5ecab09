import { loadavg } from 'node:os';
import { expect, test } from 'vitest';
import { LOAD_METRICS } from '../../../src/collectors/load.ts';
import { osLoad } from '../../../src/collectors/node-os/load.ts';
import { noAbort, thisMachine, values } from '../../fixtures/proc-tree.ts';

test('what Node.js tells', async () => {
  // The system may compute them anew in between.
  const before = loadavg();
  const read = values(await osLoad('darwin')(thisMachine).collect(noAbort()));
  expect(Object.keys(read)).toEqual(LOAD_METRICS);
  expect([before, loadavg()]).toContainEqual(Object.values(read));
});

test('the zeros of Windows are no load', async () => {
  const { metrics, absent } = await osLoad('win32')(thisMachine).collect(noAbort());
  expect(metrics).toEqual([]);
  expect(absent).toEqual(Object.fromEntries(LOAD_METRICS.map((name) => [name, 'Windows has no load average'])));
});
