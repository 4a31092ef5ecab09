import { readFile } from 'node:fs/promises';
import { absentBecause } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';

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
 * interface is left out: what a host says to itself is no traffic on a network.
 */
export const network: CollectorFactory = ({ procRoot }: CollectorContext): Collector => ({
  async collect(): Promise<Collection> {
    const path = `${procRoot}/net/dev`;
    const interfaces = parseNetworkInterfaces(await readFile(path, 'utf8')).filter(({ name }) => name !== 'lo');
    if (interfaces.length === 0) {
      const names = FIELDS.map(([name]) => name);
      return { metrics: [], absent: absentBecause(names, `${path} lists no interface but the loopback`) };
    }
    return {
      metrics: FIELDS.map(([metric, field]) =>
        numbers(
          metric,
          interfaces.flatMap((device) =>
            DIRECTIONS.map((direction) => [
              device[direction][field],
              { 'network.interface.name': device.name, 'network.io.direction': direction },
            ]),
          ),
        ),
      ),
    };
  },
});
