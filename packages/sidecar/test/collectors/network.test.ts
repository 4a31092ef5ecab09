import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

test('a name with spaces and colons is taken as it is', () => {
  const [device] = parseNetworkInterfaces('  my if:1 :: 12 1 0 0 0 0 0 0 13 1 0 0 0 0 0 0\n');
  expect(device).toMatchObject({ name: 'my if:1 :', receive: { bytes: 12 }, transmit: { bytes: 13 } });
});

describe('from one reading to the next', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'net-'));
    mkdirSync(join(root, 'net'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function see(interfaces: Readonly<Record<string, number>>): void {
    const lines = Object.entries(interfaces).map(([name, bytes]) => `${name}: ${bytes} 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0`);
    writeFileSync(join(root, 'net/dev'), `Inter-|\n face |bytes\n    lo: ${'1 '.repeat(16)}\n${lines.join('\n')}\n`);
  }

  function end(name: string): void {
    const folder = join(root, 'class/net', name);
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of Object.entries({ type: 1, ifindex: 9, iflink: 4 })) {
      writeFileSync(join(folder, file), `${content}\n`);
    }
  }

  test('interfaces that go have no figures, and a counter that starts over is passed on', async () => {
    const collector = network({ ...thisMachine, procRoot: root, sysRoot: root });
    const received = async (): Promise<Record<string, number>> => {
      const read = Object.entries(values(await collector.collect(noAbort())));
      const wanted = read.filter(([name]) => /network\.io\{.*receive/.test(name));
      return Object.fromEntries(wanted.map(([name, value]) => [/name=([^,]+)/.exec(name)?.[1] ?? '', value]));
    };
    mkdirSync(join(root, 'class/net/eth0/device'), { recursive: true });
    see({ eth0: 2 ** 32 - 1, usb0: 7 });
    expect(await received()).toEqual({ eth0: 2 ** 32 - 1, usb0: 7 });
    see({ eth0: 3 });
    expect(await received()).toEqual({ eth0: 3 });
    see({ eth0: 4, usb0: 0 });
    expect(await received()).toEqual({ eth0: 4, usb0: 0 });

    // Containers come and go.
    for (let container = 0; container < 3; container += 1) {
      end(`cali${container}`);
      see({ eth0: 5, [`cali${container}`]: 9, [`veth${container}`]: 9 });
      expect(await received()).toEqual({ eth0: 5 });
    }
  });

  test('a name that comes back as another kind of interface is asked anew', async () => {
    const collector = network({ ...thisMachine, procRoot: root, sysRoot: root });
    mkdirSync(join(root, 'class/net/eno1/device'), { recursive: true });
    see({ eno1: 1, port7: 2 });
    expect(Object.keys(values(await collector.collect(noAbort()))).join()).toContain('port7');
    see({ eno1: 1 });
    await collector.collect(noAbort());
    end('port7');
    see({ eno1: 1, port7: 2 });
    expect(Object.keys(values(await collector.collect(noAbort()))).join()).not.toContain('port7');
  });

  test('an end on its way out, which sysfs has forgotten already, stays left out', async () => {
    const collector = network({ ...thisMachine, procRoot: root, sysRoot: root });
    mkdirSync(join(root, 'class/net/eno1/device'), { recursive: true });
    end('port7');
    see({ eno1: 1, port7: 2 });
    await collector.collect(noAbort());
    rmSync(join(root, 'class/net/port7'), { recursive: true });
    expect(Object.keys(values(await collector.collect(noAbort()))).join()).not.toContain('port7');
  });

  test('nothing but the ends of containers: absent with the reason', async () => {
    see({ veth1: 1 });
    const { metrics, absent } = await network({ ...thisMachine, procRoot: root, sysRoot: root }).collect(noAbort());
    expect(metrics).toEqual([]);
    expect(absent?.['system.network.errors']).toContain('no interface but the loopback and those of containers');
  });
});

const CLASS = '/sys/class/net';

test.runIf(existsSync(CLASS) && existsSync('/proc/net/dev'))('this machine: every card, and its counters', async () => {
  const cards = readdirSync(CLASS).filter((name) => existsSync(`${CLASS}/${name}/device`));
  const count = (name: string): number => Number(readFileSync(`${CLASS}/${name}/statistics/rx_bytes`, 'utf8'));
  const before = cards.map(count);
  const collection = await network(thisMachine).collect(noAbort());
  const after = cards.map(count);
  const read = values(collection);
  for (const [index, name] of cards.entries()) {
    const bytes = read[`system.network.io{network.interface.name=${name},network.io.direction=receive}`];
    expect(bytes).toBeGreaterThanOrEqual(before[index] ?? NaN);
    expect(bytes).toBeLessThanOrEqual(after[index] ?? NaN);
  }
  expect(collection.metrics.map(({ name }) => name).concat(Object.keys(collection.absent ?? {}))).toEqual([
    'system.network.io',
    'system.network.errors',
    'system.network.packet.dropped',
  ]);
  expect(Object.keys(read).some((name) => name.includes('name=lo,'))).toBe(false);
});
