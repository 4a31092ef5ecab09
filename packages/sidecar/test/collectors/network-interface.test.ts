import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { interfaceKind, withoutContainerEnds } from '../../src/collectors/network-interface.ts';

/** What the kernel shows of an interface under `/sys/class/net`. */
interface Shown {
  readonly type?: number;
  readonly ifindex: number;
  readonly iflink: number;
  readonly uevent?: string;
  readonly device?: boolean;
  readonly master?: string;
}

let sysRoot = '';

beforeEach(() => {
  sysRoot = mkdtempSync(join(tmpdir(), 'sys-'));
});

afterEach(() => {
  rmSync(sysRoot, { recursive: true });
});

function show(name: string, { type = 1, ifindex, iflink, uevent = '', device = false, master }: Shown): void {
  const folder = join(sysRoot, 'class/net', name);
  mkdirSync(folder, { recursive: true });
  const files = { type, ifindex, iflink, uevent: `${uevent}INTERFACE=${name}\nIFINDEX=${ifindex}\n` };
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(folder, file), `${content}\n`.replace('\n\n', '\n'));
  if (device) mkdirSync(join(folder, 'device'));
  if (master !== undefined) mkdirSync(join(folder, 'master'));
}

function reported(...names: string[]): string[] {
  return [...withoutContainerEnds(new Map(names.map((name) => [name, interfaceKind(name, sysRoot)])), sysRoot)];
}

describe('an end of a pair', () => {
  test.each<[string, Shown, boolean]>([
    ['an end whose other end is elsewhere', { ifindex: 7, iflink: 2 }, true],
    ['a card', { ifindex: 2, iflink: 2, device: true }, false],
    ['a port of a switch on a card', { ifindex: 3, iflink: 2, device: true, uevent: 'DEVTYPE=dsa\n' }, false],
    ['a virtual lan on a card', { ifindex: 4, iflink: 2, uevent: 'DEVTYPE=vlan\n' }, false],
    ['a macvlan on a card', { ifindex: 4, iflink: 2, uevent: 'DEVTYPE=macvlan\n' }, false],
    ['a bridge', { ifindex: 5, iflink: 5, uevent: 'DEVTYPE=bridge\n' }, false],
    ['a bond', { ifindex: 6, iflink: 6, uevent: 'DEVTYPE=bond\n' }, false],
    ['a dummy or tap device', { ifindex: 8, iflink: 8 }, false],
    ['a tunnel on no interface', { type: 768, ifindex: 9, iflink: 0 }, false],
    ['an Ethernet tunnel on no interface', { ifindex: 9, iflink: 0 }, false],
    ['a tunnel on a card', { type: 778, ifindex: 9, iflink: 2 }, false],
  ])('%s', (_, shown, pair) => {
    show('x', shown);
    expect(interfaceKind('x', sysRoot)).toEqual({ hardware: shown.device ?? false, pair });
  });

  test('an interface that sysfs does not know is none', () => {
    expect(interfaceKind('gone0', sysRoot)).toEqual({ hardware: false, pair: false });
  });
});

test('a host of containers: cards, bonds, vlans, bridges and tunnels, no end that leads into a container', () => {
  show('eno1', { ifindex: 2, iflink: 2, device: true, master: 'bond0' });
  show('bond0', { ifindex: 3, iflink: 3, uevent: 'DEVTYPE=bond\n' });
  show('bond0.12', { ifindex: 4, iflink: 3, uevent: 'DEVTYPE=vlan\n' });
  show('docker0', { ifindex: 5, iflink: 5, uevent: 'DEVTYPE=bridge\n' });
  show('flannel.1', { ifindex: 6, iflink: 6, uevent: 'DEVTYPE=vxlan\n' });
  show('veth1a2b3c4', { ifindex: 7, iflink: 2, master: 'docker0' });
  show('cali12ab34cd56e', { ifindex: 8, iflink: 3 });
  show('lxc0123456789ab', { ifindex: 9, iflink: 3 });
  show('tunl0', { type: 768, ifindex: 10, iflink: 0 });
  expect(
    reported(
      'eno1',
      'bond0',
      'bond0.12',
      'docker0',
      'flannel.1',
      'veth1a2b3c4',
      'cali12ab34cd56e',
      'lxc0123456789ab',
      'tunl0',
    ),
  ).toEqual(['eno1', 'bond0', 'bond0.12', 'docker0', 'flannel.1', 'tunl0']);
});

test('in a container its own end is its network', () => {
  show('eth0', { ifindex: 7, iflink: 8 });
  show('net1', { ifindex: 9, iflink: 10 });
  expect(reported('eth0', 'net1')).toEqual(['eth0', 'net1']);
});

test('in a container that was given a card, its own end stays', () => {
  show('eth0', { ifindex: 3, iflink: 8 });
  show('net1', { ifindex: 9, iflink: 9, device: true });
  expect(reported('eth0', 'net1')).toEqual(['eth0', 'net1']);
});

test('in a container that runs containers, only their ends are left out', () => {
  show('host0', { ifindex: 7, iflink: 8 });
  show('docker0', { ifindex: 5, iflink: 5, uevent: 'DEVTYPE=bridge\n' });
  show('inner7', { ifindex: 9, iflink: 2, master: 'docker0' });
  show('veth42', { ifindex: 10, iflink: 2 });
  expect(reported('host0', 'docker0', 'inner7', 'veth42')).toEqual(['host0', 'docker0']);
});

test('an end that is put on a bridge later is left out from then on', () => {
  const kinds = new Map([['port7', { hardware: false, pair: true }]]);
  show('port7', { ifindex: 9, iflink: 2 });
  expect([...withoutContainerEnds(kinds, sysRoot)]).toEqual(['port7']);
  mkdirSync(join(sysRoot, 'class/net/port7/master'));
  expect([...withoutContainerEnds(kinds, sysRoot)]).toEqual([]);
});

test('without sysfs the name tells', () => {
  expect(reported('eth0', 'veth1a2b3c4')).toEqual(['eth0']);
});
