import { OutriderError } from '@outrider/core/errors';
import type { Access } from './access.ts';
import { formatAddress, isLoopback } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/** What decides whether an address may be listened on. */
export interface Reachable {
  readonly otlp: { readonly listen: ListenAddress };
  readonly metrics: { readonly listen: ListenAddress };
  readonly access: Access;
}

/**
 * Refuses to listen beyond loopback where nothing asks who is calling and nothing is encrypted.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG that names the setting and the ways out
 */
export function refuseOpenAddress(config: Reachable): void {
  const open = publicSettings(config)[0];
  if (open === undefined || hasCredentials(config.access) || config.access.web?.tls !== undefined) return;
  const [key, address] = open;
  throw new OutriderError('OUTRIDER_CONFIG', {
    source: 'as a whole',
    key,
    problem:
      `is ${formatAddress(address)}, which others can reach while anybody may call: ` +
      'set token (or tokenFile), set webConfigFile to a file with tls_server_config or basic_auth_users, ' +
      'or listen on 127.0.0.1',
  });
}

/** What to warn of at the start: an address that others can reach, encrypted, where nobody is asked who is calling. */
export function warnOfOpenAddress(config: Reachable): string | undefined {
  const { access } = config;
  const open = publicSettings(config).map(([key]) => key);
  const asks = hasCredentials(access) || access.web?.tls?.clientAuth === 'RequireAndVerifyClientCert';
  return open.length === 0 || asks ? undefined : open.join(', ');
}

/** Whether a request over TCP must say who is calling. */
function hasCredentials({ token, web }: Access): boolean {
  return token !== undefined || (web !== undefined && Object.keys(web.users).length > 0);
}

function publicSettings({ otlp, metrics }: Reachable): ReadonlyArray<readonly [string, ListenAddress]> {
  const all = [
    ['otlp.listen', otlp.listen],
    ['metrics.listen', metrics.listen],
  ] as const;
  return all.filter(([, address]) => !isLoopback(address));
}
