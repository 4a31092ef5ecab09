import type { ClientTls } from '../config/client-tls.ts';
import type { BasicCredentials } from '../config/forward-endpoint.ts';
import { assertHeaderValue } from '../config/forward-headers.ts';
import type { ForwardHeaders } from '../config/forward-headers.ts';
import { readClientPems } from '../config/pem-file.ts';
import type { ClientPems } from '../config/pem-file.ts';

/** What `https.request` takes of certificates. */
export interface TlsOptions extends ClientPems {
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** What of a target is secret. */
export interface SecretHeaders {
  readonly headers: ForwardHeaders;
  readonly credentials?: BasicCredentials;
}

/**
 * Reads the headers that a backend is sent, as they are now.
 *
 * @throws {Error} if a secret cannot be read or sent; the message names its file and shows nothing of it
 */
export function headersToSend({ headers, credentials }: SecretHeaders): Record<string, string> {
  const values = Object.entries(headers).map(([name, secret]) => {
    const value = secret.read();
    assertHeaderValue(name, value);
    return [name, value] as const;
  });
  if (credentials === undefined) return Object.fromEntries(values);
  const { user, password } = credentials;
  const basic = Buffer.from(`${user.read()}:${password?.read() ?? ''}`).toString('base64');
  return Object.fromEntries([['authorization', `Basic ${basic}`], ...values]);
}

/** Reads the certificates to use, as they are now. @throws {Error} if one cannot be read */
export function tlsToUse(tls: ClientTls | undefined): TlsOptions {
  if (tls === undefined) return {};
  const { serverName, verify } = tls;
  return {
    ...readClientPems(tls),
    ...(serverName === undefined ? {} : { servername: serverName }),
    rejectUnauthorized: verify,
  };
}
