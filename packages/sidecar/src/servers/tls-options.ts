import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { readClientPems } from '../config/pem-file.ts';
import type { WatchedServer } from '../config/watched-server.ts';

/**
 * The options of `tls.connect` for a server. The files are read now, so that a new connection has renewed certificates.
 *
 * @throws {Error} if one of them cannot be read
 */
export function tlsOptions({ address, tls }: WatchedServer): ConnectionOptions {
  const { serverName, verify = true } = tls ?? {};
  const name = serverName ?? ('host' in address ? address.host : 'localhost');
  return {
    // What the certificate is checked against where there is no `servername`, which must not be an IP address.
    host: name,
    servername: isIP(name) === 0 ? name : '',
    rejectUnauthorized: verify,
    ...readClientPems(tls ?? {}),
  };
}
