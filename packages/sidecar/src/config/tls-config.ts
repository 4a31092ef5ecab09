import type { SecureVersion } from 'node:tls';
import type { Secret } from './secret.ts';

/** The values of `client_auth_type`. */
export const CLIENT_AUTH = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

/** Whether a client shows a certificate, and whether it is verified; as in Go's crypto/tls. */
export type ClientAuth = (typeof CLIENT_AUTH)[number];

/** PEM in the web configuration file itself, or in a file that it names. */
export interface Pem {
  /** The key that says so: `tls_server_config.cert_file`. */
  readonly setting: string;
  /** Undefined where it stands in the web configuration file. */
  readonly path: string | undefined;
  readonly content: Secret;
}

/** How the sidecar speaks TLS. */
export interface TlsConfig {
  /** Path of the web configuration file. */
  readonly source: string;
  readonly cert: Pem;
  readonly key: Pem;
  /** Who vouches for clients. */
  readonly clientCa: Pem | undefined;
  readonly clientAuth: ClientAuth;
  /** Subject alternative names of which a client's certificate must have one; empty: any. */
  readonly allowedSans: readonly string[];
  /** As `node:tls` has them. */
  readonly options: {
    readonly minVersion: SecureVersion;
    readonly maxVersion: SecureVersion;
    readonly honorCipherOrder: boolean;
    readonly ciphers?: string;
    readonly ecdhCurve?: string;
  };
}
