import { existsSync, readFileSync } from 'node:fs';

/** What sysfs tells about a network interface (sysfs-class-net), for as long as it is there. */
export interface InterfaceKind {
  /** Whether it stands for hardware, also that of a virtual machine. */
  readonly hardware: boolean;
  /** Whether it is an end of a veth pair. */
  readonly pair: boolean;
}

// ARPHRD_ETHER of linux/if_arp.h.
const ETHERNET = 1;

/** Asks sysfs about an interface; one that it does not know is nothing of all that. */
export function interfaceKind(name: string, sysRoot: string): InterfaceKind {
  const folder = `${sysRoot}/class/net/${name}`;
  const hardware = existsSync(`${folder}/device`);
  return { hardware, pair: !hardware && isPair(folder) };
}

// Not kept with its kind: an end is put on its bridge some time after it was made.
function isEnslaved(name: string, sysRoot: string): boolean {
  return existsSync(`${sysRoot}/class/net/${name}/master`);
}

// The kernel does not name the type of a veth, as it does of a vlan, bridge, bond, macvlan or tunnel (DEVTYPE). But
// what an end hangs on is another interface, mostly of another network namespace.
function isPair(folder: string): boolean {
  const type = readNumber(`${folder}/type`);
  const index = readNumber(`${folder}/ifindex`);
  const link = readNumber(`${folder}/iflink`);
  if (type !== ETHERNET || link === undefined || link === 0 || link === index) return false;
  return !/^DEVTYPE=/m.test(read(`${folder}/uevent`));
}

/**
 * The interfaces to report: all but the outer ends of pairs that lead into containers. There is one of these for each
 * container, with a random name, and what it carries is counted by the bridge or the hardware that it goes on to.
 */
export function withoutContainerEnds(kinds: ReadonlyMap<string, InterfaceKind>, sysRoot: string): ReadonlySet<string> {
  // The network namespace of a container mostly has no hardware, and there a pair is its way out.
  const amongHardware = [...kinds.values()].some(({ hardware }) => hardware);
  const leadsIntoContainer = (name: string, pair: boolean): boolean => {
    // Docker, containerd and Podman give this name to outer ends only.
    if (name.startsWith('veth')) return true;
    if (!pair) return false;
    // A container's own end is on no bridge, and runtimes call it eth0, also where a card was passed in beside it.
    return (amongHardware && !/^eth\d+$/.test(name)) || isEnslaved(name, sysRoot);
  };
  return new Set([...kinds].filter(([name, { pair }]) => !leadsIntoContainer(name, pair)).map(([name]) => name));
}

function readNumber(path: string): number | undefined {
  const text = read(path).trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

// Interfaces come and go between two readings, and sysfs need not be there.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
