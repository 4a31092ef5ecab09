import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { absentBecause, joinAbsent } from '../absent.ts';
import { numbers } from '../collector.ts';
import type { Collection, CollectorFactory } from '../collector.ts';
import { libraryCollector } from './library-collector.ts';
import type { LibraryAnswers } from './library.ts';

type Stats = Omit<LibraryAnswers['networkStats'][number], 'operstate' | 'rx_sec' | 'tx_sec' | 'ms'>;
type Point = readonly [value: number, attributes: Record<string, string>];

const IO = 'system.network.io';
const ERRORS = 'system.network.errors';
const DROPPED = 'system.network.packet.dropped';
const METRICS = [IO, ERRORS, DROPPED];

/**
 * What to ask the library for: the interfaces that have an address, but the loopback. On Windows by their hardware
 * addresses: in names such as `vEthernet (WSL)` it does not take all characters.
 */
export function interfacesToAsk(
  all: Readonly<Record<string, ReadonlyArray<Pick<NetworkInterfaceInfo, 'internal' | 'mac'>> | undefined>>,
  platform: NodeJS.Platform,
): string[] {
  const asked = Object.entries(all).flatMap(([name, addresses = []]) => {
    const outer = addresses.find(({ internal }) => !internal);
    if (outer === undefined) return [];
    return [platform === 'win32' ? outer.mac : name];
  });
  return [...new Set(asked)];
}

/**
 * The metrics of the library's answers. It answers 0 for an interface of which it finds out nothing; one without a
 * single byte has nothing to tell either. On macOS it gives the drops of the sending side for both.
 */
export function toTraffic(answers: readonly Stats[], platform: NodeJS.Platform): Collection {
  const io: Point[] = [];
  const errors: Point[] = [];
  const dropped: Point[] = [];
  const reasons: Record<string, string>[] = [];
  // Two hardware addresses may belong to one adapter.
  for (const stats of new Map(answers.map((answer) => [answer.iface, answer])).values()) {
    if (!(stats.rx_bytes + stats.tx_bytes > 0)) {
      reasons.push(absentBecause(METRICS, `${stats.iface}: systeminformation tells of no traffic`));
      continue;
    }
    const receive = { 'network.interface.name': stats.iface, 'network.io.direction': 'receive' };
    const transmit = { 'network.interface.name': stats.iface, 'network.io.direction': 'transmit' };
    io.push([stats.rx_bytes, receive], [stats.tx_bytes, transmit]);
    errors.push([stats.rx_errors, receive], [stats.tx_errors, transmit]);
    dropped.push([stats.tx_dropped, transmit]);
    if (platform === 'win32') dropped.push([stats.rx_dropped, receive]);
    else reasons.push({ [DROPPED]: 'received: systeminformation does not tell' });
  }
  const metrics = [
    [IO, io],
    [ERRORS, errors],
    [DROPPED, dropped],
  ] as const;
  return {
    metrics: metrics.flatMap(([name, points]) => {
      const known = points.filter(([value]) => Number.isFinite(value));
      if (known.length > 0) return [numbers(name, known)];
      if (points.length > 0 || answers.length === 0) reasons.push({ [name]: 'systeminformation does not tell' });
      return [];
    }),
    absent: joinAbsent(reasons),
  };
}

/** Traffic of the network interfaces of macOS and Windows. */
export function libraryNetwork(platform: NodeJS.Platform): CollectorFactory {
  return libraryCollector(async (library) => {
    const asked = interfacesToAsk(networkInterfaces(), platform);
    if (asked.length > 0) return toTraffic(await library.ask('networkStats', asked.join(',')), platform);
    return { metrics: [], absent: absentBecause(METRICS, 'no interface but the loopback has an address') };
  });
}
