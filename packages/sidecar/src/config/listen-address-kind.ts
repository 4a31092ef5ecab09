import type { Kind } from './kind.ts';
import { formatAddress, parseListenAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/** An address to listen on. */
export const listenAddress: Kind<ListenAddress> = {
  parse: (given) => {
    if (typeof given !== 'string') throw new Error('must be text');
    return parseListenAddress(given);
  },
  write: formatAddress,
  schema: {
    type: 'string',
    pattern:
      '^(?:\\[[0-9A-Fa-f:.]+\\]|[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt]|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}):[0-9]{1,5}$',
  },
};
