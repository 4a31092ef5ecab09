import { absolutePath } from './absolute-path.ts';
import { yesOrNo } from './choice.ts';
import type { Kind } from './kind.ts';
import { record } from './record.ts';

/** How a connection is encrypted. */
export interface ClientTls {
  /** Path of the certificates to trust, in PEM; those of Node.js by default. */
  readonly caFile?: string;
  /** Paths of a certificate and its key to show, in PEM. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The name that the other side's certificate must have; the host by default. */
  readonly serverName?: string;
  /** false: any certificate will do. */
  readonly verify: boolean;
}

const hostName: Kind<string> = {
  parse: (given) => {
    if (typeof given !== 'string' || !/^(?:[\w-]+\.)*[\w-]+$/.test(given))
      throw new Error('must be the name of a host');
    return given;
  },
  write: (name) => name,
  schema: { type: 'string', pattern: String.raw`^(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+$` },
};

const fields = record(
  'a mapping with caFile, certFile, keyFile, serverName or verify',
  {},
  {
    caFile: { description: 'certificates to trust, in PEM', kind: absolutePath, fallback: "Node.js' list" },
    certFile: { description: 'certificate to show, in PEM; needs keyFile', kind: absolutePath },
    keyFile: { description: 'key of certFile, in PEM', kind: absolutePath },
    serverName: { description: 'name that the certificate must have', kind: hostName, fallback: 'the host' },
    verify: { description: 'whether the certificate is checked', kind: yesOrNo, fallback: 'true' },
  },
);

/** How a connection to another server is encrypted. */
export const clientTls: Kind<ClientTls> = {
  parse: (given) => {
    const tls = fields.parse(given);
    if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
      throw new Error('must have both certFile and keyFile, or neither');
    }
    return { ...tls, verify: tls.verify ?? true };
  },
  write: fields.write,
  schema: { ...fields.schema, dependentRequired: { certFile: ['keyFile'], keyFile: ['certFile'] } },
};
