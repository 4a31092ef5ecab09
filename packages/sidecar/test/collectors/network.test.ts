import { expect, test } from 'vitest';
import { network, parseNetworkInterfaces } from '../../src/collectors/network.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

test('a host: both directions of every interface but the loopback', async () => {
  const read = values(await network(recorded('proc-host')).collect(noAbort()));
  expect(read).toMatchObject({
    'system.network.io{network.interface.name=eth0,network.io.direction=receive}': 2 ** 64,
    'system.network.io{network.interface.name=eth0,network.io.direction=transmit}': 15_475_604,
    'system.network.errors{network.interface.name=eth0,network.io.direction=receive}': 1,
    'system.network.errors{network.interface.name=eth0,network.io.direction=transmit}': 3,
    'system.network.packet.dropped{network.interface.name=eth0,network.io.direction=receive}': 2,
    'system.network.packet.dropped{network.interface.name=eth0,network.io.direction=transmit}': 4,
    'system.network.io{network.interface.name=wg.50%-x,network.io.direction=transmit}': 6,
    'system.network.io{network.interface.name=eth0:1,network.io.direction=receive}': 70,
  });
  expect(Object.keys(read).filter((name) => name.includes('name=lo,'))).toEqual([]);
  expect(Object.keys(read)).toHaveLength(4 * 3 * 2);
});

test('a container without a network: absent with the reason', async () => {
  const { metrics, absent } = await network(recorded('proc-container')).collect(noAbort());
  expect(metrics).toEqual([]);
  expect(Object.keys(absent ?? {})).toEqual([
    'system.network.io',
    'system.network.errors',
    'system.network.packet.dropped',
  ]);
  expect(absent?.['system.network.io']).toContain('no interface but the loopback');
});

test('a line that is none is left out; a counter may follow its colon at once', () => {
  const text =
    'face |bytes\neth0:12 1 0 0 0 0 0 0 13 1 0 0 0 0 0 0\neth1: 1 2 3\neth2: x 1 0 0 0 0 0 0 13 1 0 0 0 0 0 0\n';
  expect(parseNetworkInterfaces(text)).toEqual([
    {
      name: 'eth0',
      receive: { bytes: 12, errors: 0, dropped: 0 },
      transmit: { bytes: 13, errors: 0, dropped: 0 },
    },
  ]);
});

test.runIf(process.platform === 'linux')('this machine: no interface is lost', async () => {
  const { metrics, absent } = await network(thisMachine).collect(noAbort());
  expect(metrics.length === 3).toBe(absent === undefined);
});
