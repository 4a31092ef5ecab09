import { expect, test } from 'vitest';
import { toDisks } from '../../../src/collectors/systeminformation/disk.ts';
import { values } from '../../fixtures/proc-tree.ts';

// As the library answers on macOS, the second time.
const STATS = { rx: 51_200, wx: 102_400, tx: 153_600, rx_sec: 100, wx_sec: 200, tx_sec: 300, ms: 30_000 };
const IO = { rIO: 12, wIO: 34, tIO: 46, rIO_sec: 1, wIO_sec: 2, tIO_sec: 3, ms: 30_000 };

test('macOS: bytes and operations of all disks together', () => {
  const collection = toDisks(STATS, IO);
  expect(values(collection)).toEqual({
    'system.disk.io{disk.io.direction=read}': 51_200,
    'system.disk.io{disk.io.direction=write}': 102_400,
    'system.disk.operations{disk.io.direction=read}': 12,
    'system.disk.operations{disk.io.direction=write}': 34,
  });
  expect(Object.keys(collection.absent ?? {})).toEqual(['system.disk.io_time']);
});

test.each([
  ['the null of Windows', null, null],
  ['the zeros of a command that failed', { rx: 0, wx: 0 }, { rIO: 0, wIO: 0 }],
  ['what is no number', { rx: NaN, wx: 1 }, { rIO: 1, wIO: NaN }],
])('%s: absent with the reason', (_, stats, io) => {
  const { metrics, absent } = toDisks(stats, io);
  expect(metrics).toEqual([]);
  expect(absent).toEqual({
    'system.disk.io_time': 'systeminformation does not tell how long disks are busy',
    'system.disk.io': 'systeminformation does not tell the bytes of disks here',
    'system.disk.operations': 'systeminformation does not tell the operations of disks here',
  });
});

test('one without the other', () => {
  expect(Object.keys(values(toDisks(null, IO)))).toHaveLength(2);
  expect(toDisks(null, IO).absent).not.toHaveProperty(['system.disk.operations']);
});
