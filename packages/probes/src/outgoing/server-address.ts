/** Where a call goes, as its attributes `server.address` and `server.port` say it. */
export interface ServerAddress {
  /** The host in lower case, without what else an authority may hold; `_OTHER` for what is no host. */
  readonly address: string;
  /** Undefined where it cannot be known. */
  readonly port: number | undefined;
}

/** DNS allows no longer name. */
const LONGEST_NAME = 253;

// What these begin or end in an authority or a URL is a credential, a path or a query: none of them may become a label.
const NOT_OF_A_HOST = /[@/?#\\\s]/;

/** The host of a label: lower-case, an IPv6 address without brackets, and never anything but a host. */
function hostLabel(host: string): string {
  if (host.length === 0 || host.length > LONGEST_NAME || NOT_OF_A_HOST.test(host)) return '_OTHER';
  return unbracketed(host).toLowerCase();
}

/** Where an origin, such as `https://example.org`, is. */
export function addressOfOrigin(origin: string): ServerAddress {
  if (!URL.canParse(origin)) return { address: '_OTHER', port: undefined };
  const { hostname, port, protocol } = new URL(origin);
  return { address: hostLabel(hostname), port: port === '' ? defaultPort(protocol) : Number(port) };
}

/**
 * Where a request of node:http goes. It keeps its host but not its port, so that is read from the Host header where that
 * one is Node's own, which has the port unless it is the default one. A request to a Unix socket has none.
 *
 * @param usualPort the port that the Host header leaves out
 */
export function addressOfHost(host: string, header: unknown, usualPort: number | undefined): ServerAddress {
  return { address: hostLabel(host), port: portOfHeader(host, header, usualPort) };
}

function portOfHeader(host: string, header: unknown, usualPort: number | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  if (header === name) return usualPort;
  // One that the application has set, or passes on for a client, says nothing of where this request goes.
  const port = header.startsWith(`${name}:`) ? header.slice(name.length + 1) : '';
  return /^\d{1,5}$/.test(port) ? Number(port) : undefined;
}

/** The port of a scheme, `http:` or `https:`. */
export function defaultPort(protocol: string): number | undefined {
  if (protocol === 'https:') return 443;
  return protocol === 'http:' ? 80 : undefined;
}

function unbracketed(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
