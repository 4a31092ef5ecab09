import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { load, parseLoadavg } from '../../src/collectors/load.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

test('the three averages', async () => {
  expect(values(await load(recorded('proc-host')).collect(noAbort()))).toEqual({
    'system.cpu.load_average.1m': 0.52,
    'system.cpu.load_average.5m': 0.48,
    'system.cpu.load_average.15m': 12.25,
  });
});

test.each(['', '\n', '0.1 0.2\n', '0.1 x 0.2 1/2 3\n', '0.1  0.2 1/2 3\n'])('%j is no /proc/loadavg', (text) => {
  expect(() => parseLoadavg(text)).toThrow('no three averages');
});

test('without the file the collector fails', async () => {
  const nowhere = { ...recorded('proc-host'), procRoot: '/nonexistent' };
  await expect(load(nowhere).collect(noAbort())).rejects.toThrow('ENOENT');
});

test.runIf(process.platform === 'linux')('this machine: what the file says', async () => {
  const inFile = (): number[] => readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).map(Number);
  // The kernel may compute them anew in between.
  const before = inFile();
  const read = Object.values(values(await load(thisMachine).collect(noAbort())));
  expect([before, inFile()]).toContainEqual(read);
});
