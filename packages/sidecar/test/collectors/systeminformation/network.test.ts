import { describe, expect, test } from 'vitest';
import { interfacesToAsk, toTraffic } from '../../../src/collectors/systeminformation/network.ts';
import { values } from '../../fixtures/proc-tree.ts';

const DROPPED = 'system.network.packet.dropped';

function answer(iface: string, rx: number, tx: number) {
  return {
    iface,
    operstate: 'up',
    rx_bytes: rx,
    rx_dropped: 1,
    rx_errors: 2,
    tx_bytes: tx,
    tx_dropped: 3,
    tx_errors: 4,
    rx_sec: 0,
    tx_sec: 0,
    ms: 30_000,
  };
}

describe('which interfaces', () => {
  const addresses = {
    lo0: [{ internal: true, mac: '00:00:00:00:00:00' }],
    en0: [
      { internal: false, mac: 'aa:00:00:00:00:01' },
      { internal: false, mac: 'aa:00:00:00:00:01' },
    ],
    'vEthernet (WSL)': [{ internal: false, mac: 'aa:00:00:00:00:02' }],
    bridged: [{ internal: false, mac: 'aa:00:00:00:00:02' }],
    gone: undefined,
  };

  test('macOS: by name, without the loopback', () => {
    expect(interfacesToAsk(addresses, 'darwin')).toEqual(['en0', 'vEthernet (WSL)', 'bridged']);
  });

  test('Windows: by hardware address, each once', () => {
    expect(interfacesToAsk(addresses, 'win32')).toEqual(['aa:00:00:00:00:01', 'aa:00:00:00:00:02']);
  });
});

test('Windows: both directions of each adapter', () => {
  const collection = toTraffic([answer('Ethernet', 10, 20), answer('Ethernet', 10, 20)], 'win32');
  const labels = (direction: string) => `{network.interface.name=Ethernet,network.io.direction=${direction}}`;
  expect(values(collection)).toEqual({
    [`system.network.io${labels('receive')}`]: 10,
    [`system.network.io${labels('transmit')}`]: 20,
    [`system.network.errors${labels('receive')}`]: 2,
    [`system.network.errors${labels('transmit')}`]: 4,
    [`${DROPPED}${labels('receive')}`]: 1,
    [`${DROPPED}${labels('transmit')}`]: 3,
  });
  expect(collection.metrics[0]?.points).toHaveLength(2);
  expect(collection.absent).toEqual({});
});

test('macOS tells of drops of the sending side only', () => {
  const collection = toTraffic([answer('en0', 10, 20), answer('utun3', 0, 5)], 'darwin');
  expect(Object.keys(values(collection)).filter((name) => name.startsWith(DROPPED))).toEqual([
    `${DROPPED}{network.interface.name=en0,network.io.direction=transmit}`,
    `${DROPPED}{network.interface.name=utun3,network.io.direction=transmit}`,
  ]);
  expect(collection.absent).toEqual({ [DROPPED]: 'received: systeminformation does not tell' });
});

test('an interface of which it finds out nothing is absent with the reason, the others are there', () => {
  const unknown = { ...answer('en5', 0, 0), operstate: 'unknown' };
  const collection = toTraffic([unknown, answer('en6', NaN, 1), { ...answer('en0', 10, 20), rx_errors: NaN }], 'win32');
  expect(Object.keys(values(collection)).filter((name) => !name.includes('name=en0,'))).toEqual([]);
  expect(Object.values(values(collection))).toHaveLength(5);
  expect(collection.absent?.['system.network.io']).toBe(
    'en5: systeminformation tells of no traffic; en6: systeminformation tells of no traffic',
  );
});

test('no answer at all: absent with the reason', () => {
  const { metrics, absent } = toTraffic([], 'darwin');
  expect(metrics).toEqual([]);
  expect(Object.keys(absent ?? {})).toEqual(['system.network.io', 'system.network.errors', DROPPED]);
});
