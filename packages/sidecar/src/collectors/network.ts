import { readFile } from 'node:fs/promises';
import type { Metric } from '../metric.ts';
import { absentBecause } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { interfaceKind, withoutContainerEnds } from './network-interface.ts';
import type { InterfaceKind } from './network-interface.ts';

/** What went one way over an interface since it came up. */
interface Traffic {
  readonly bytes: number;
  readonly errors: number;
  readonly dropped: number;
}

/** One network interface. */
export interface NetworkInterface {
  readonly name: string;
  readonly receive: Traffic;
  readonly transmit: Traffic;
}

const FIELDS = [
  ['system.network.io', 'bytes'],
  ['system.network.errors', 'errors'],
  ['system.network.packet.dropped', 'dropped'],
] as const;

const DIRECTIONS = ['receive', 'transmit'] as const;

/** The interfaces of `/proc/net/dev` (proc_net(5)): bytes, packets, errors, drops and four more, for each direction. */
export function parseNetworkInterfaces(text: string): NetworkInterface[] {
  const interfaces: NetworkInterface[] = [];
  for (const line of text.split('\n')) {
    // An old alias has a colon in its name (`eth0:1`), a counter never has.
    const colon = line.lastIndexOf(':');
    if (colon === -1) continue;
    const counters = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    if (counters.length < 16 || !counters.every(Number.isFinite)) continue;
    interfaces.push({
      name: line.slice(0, colon).trim(),
      receive: traffic(counters.slice(0, 8)),
      transmit: traffic(counters.slice(8)),
    });
  }
  return interfaces;
}

function traffic([bytes = 0, , errors = 0, dropped = 0]: readonly number[]): Traffic {
  return { bytes, errors, dropped };
}

/**
 * Traffic, errors and drops of the network interfaces that the process sees, from `/proc/net/dev`. The loopback
 * interface is left out, since what a host says to itself is no traffic on a network, and so are the outer ends of
 * containers' interfaces ({@link withoutContainerEnds}). A counter is passed on as the driver keeps it: one of 32 bits
 * that wraps, or starts over with its interface, is a reset to whoever takes a rate.
 */
export const network: CollectorFactory = ({ procRoot, sysRoot }: CollectorContext): Collector => {
  const path = `${procRoot}/net/dev`;
  let kinds: ReadonlyMap<string, InterfaceKind> = new Map();
  return {
    async collect(): Promise<Collection> {
      const all = parseNetworkInterfaces(await readFile(path, 'utf8')).filter(({ name }) => name !== 'lo');
      // Asked once, when an interface is first seen; those that have gone are forgotten.
      kinds = new Map(all.map(({ name }) => [name, kinds.get(name) ?? interfaceKind(name, sysRoot)]));
      const reported = withoutContainerEnds(kinds, sysRoot);
      const interfaces = all.filter(({ name }) => reported.has(name));
      if (interfaces.length > 0) return { metrics: trafficMetrics(interfaces) };
      const names = FIELDS.map(([name]) => name);
      const besides = all.length === 0 ? 'the loopback' : 'the loopback and those of containers';
      return { metrics: [], absent: absentBecause(names, `${path} lists no interface but ${besides}`) };
    },
  };
};

function trafficMetrics(interfaces: readonly NetworkInterface[]): Metric[] {
  return FIELDS.map(([metric, field]) =>
    numbers(
      metric,
      interfaces.flatMap((device) =>
        DIRECTIONS.map((direction) => [
          device[direction][field],
          { 'network.interface.name': device.name, 'network.io.direction': direction },
        ]),
      ),
    ),
  );
}
