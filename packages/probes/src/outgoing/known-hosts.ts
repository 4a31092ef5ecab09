import type { OutgoingCalls } from './outgoing-calls.ts';
import type { OutgoingHost } from './outgoing-host.ts';
import type { ServerAddress } from './server-address.ts';

const MOST_KEYS = 1000;

/** Remembers which host is meant by what a client has of it, so that a URL is parsed once and not at every call. */
export class KnownHosts {
  readonly #calls: OutgoingCalls;
  readonly #hosts = new Map<string, OutgoingHost | undefined>();

  constructor(calls: OutgoingCalls) {
    this.#calls = calls;
  }

  /** The host of a key, whose address is asked for once; undefined where it is one too many. */
  find(key: string, address: () => ServerAddress): OutgoingHost | undefined {
    const known = this.#hosts.get(key);
    if (known !== undefined || this.#hosts.has(key)) return known;
    const host = this.#calls.host(address());
    if (this.#hosts.size < MOST_KEYS) this.#hosts.set(key, host);
    return host;
  }
}
