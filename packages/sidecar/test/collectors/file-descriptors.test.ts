import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileDescriptors, parseFileNr } from '../../src/collectors/file-descriptors.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

test('open are those allocated that are in use', async () => {
  const collection = await fileDescriptors(recorded('proc-container')).collect(noAbort());
  expect(values(collection)).toEqual({ 'system.file_descriptor.count': 1600, 'system.file_descriptor.limit': 98_304 });
  expect(collection.absent).toEqual({});
});

test('the largest limit there is, as systemd sets it, is none', async () => {
  const collection = await fileDescriptors(recorded('proc-host')).collect(noAbort());
  expect(values(collection)).toEqual({ 'system.file_descriptor.count': 2144 });
  expect(collection.absent).toEqual({ 'system.file_descriptor.limit': 'the kernel sets no limit' });
});

test('so few that the kernel says none: absent with the reason', async () => {
  const procRoot = mkdtempSync(join(tmpdir(), 'proc-'));
  try {
    mkdirSync(join(procRoot, 'sys/fs'), { recursive: true });
    writeFileSync(join(procRoot, 'sys/fs/file-nr'), '0\t0\t84785\n');
    const collection = await fileDescriptors({ ...thisMachine, procRoot }).collect(noAbort());
    expect(values(collection)).toEqual({ 'system.file_descriptor.limit': 84_785 });
    expect(collection.absent?.['system.file_descriptor.count']).toContain('not added them up yet');
  } finally {
    rmSync(procRoot, { recursive: true });
  }
});

test('a sandbox without the file: absent with the reason', async () => {
  const { metrics, absent } = await fileDescriptors({ ...thisMachine, procRoot: '/nonexistent' }).collect(noAbort());
  expect(metrics).toEqual([]);
  const reason = '/nonexistent/sys/fs/file-nr does not exist';
  expect(absent).toEqual({ 'system.file_descriptor.count': reason, 'system.file_descriptor.limit': reason });
});

test.each([
  ['1 0 9007199254740991\n', 9_007_199_254_740_991],
  ['1 0 9007199254740992\n', undefined],
  ['1 0 18446744073709551615\n', undefined],
  ['1 0 0\n', 0],
])('the limit of %j', (text, limit) => {
  expect(parseFileNr(text).limit).toBe(limit);
});

test('more unused than allocated are none that is open', () => {
  expect(parseFileNr('5\t9\t100\n').open).toBe(0);
});

test.each(['', '1 2\n', '1 2 x\n', '-1 0 5\n', '1 2 3 4\n'])('%j is no file-nr', (text) => {
  expect(() => parseFileNr(text)).toThrow('no three numbers');
});

test.runIf(process.platform === 'linux')('this machine: some are open, fewer than can be', async () => {
  const read = values(await fileDescriptors(thisMachine).collect(noAbort()));
  const count = read['system.file_descriptor.count'] ?? 1;
  expect(count).toBeGreaterThan(0);
  expect(read['system.file_descriptor.limit'] ?? Infinity).toBeGreaterThan(count);
});
