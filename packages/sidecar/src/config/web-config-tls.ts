import { resolve, dirname } from 'node:path';
import { Secret } from './secret.ts';
import { CLIENT_AUTH } from './tls-config.ts';
import type { Pem, TlsConfig } from './tls-config.ts';
import { CIPHER_SUITES, CURVES } from './tls-names.ts';
import { readTlsMaterial } from './tls-material.ts';
import type { WebConfigSection } from './web-config-section.ts';

/** The keys of `tls_server_config`. */
export const TLS_KEYS = [
  'cert',
  'key',
  'client_ca',
  'cert_file',
  'key_file',
  'client_auth_type',
  'client_ca_file',
  'client_allowed_sans',
  'min_version',
  'max_version',
  'cipher_suites',
  'prefer_server_cipher_suites',
  'curve_preferences',
] as const;

const VERSIONS = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
type Version = keyof typeof VERSIONS;

/**
 * Reads `tls_server_config`, and the files that it names to see that they can be used.
 *
 * @param path of the web configuration file, to which paths are relative
 * @throws {OutriderError} OUTRIDER_CONFIG that names the key that is wrong
 */
export function readTlsConfig(path: string, section: WebConfigSection): TlsConfig {
  const cert = readPem(path, section, 'cert');
  const key = readPem(path, section, 'key');
  const clientCa = readPem(path, section, 'client_ca');
  if (cert === undefined) throw section.refuse('cert_file', 'is missing: TLS needs a certificate');
  if (key === undefined) throw section.refuse('key_file', 'is missing: TLS needs the key of the certificate');
  const config: TlsConfig = {
    source: path,
    cert,
    key,
    clientCa,
    ...readClients(section, clientCa),
    options: readOptions(section),
  };
  readTlsMaterial(config);
  return config;
}

function readPem(path: string, section: WebConfigSection, name: string): Pem | undefined {
  const text = section.text(name);
  const file = section.text(`${name}_file`);
  if (text !== undefined && file !== undefined) throw section.refuse(name, `is given beside ${name}_file: keep one`);
  if (text !== undefined) return { setting: section.nameOf(name), path: undefined, content: Secret.of(text) };
  if (file === undefined) return undefined;
  const at = resolve(dirname(path), file);
  return { setting: section.nameOf(`${name}_file`), path: at, content: Secret.inFile(at) };
}

function readClients(
  section: WebConfigSection,
  clientCa: Pem | undefined,
): Pick<TlsConfig, 'clientAuth' | 'allowedSans'> {
  const clientAuth = section.word('client_auth_type', CLIENT_AUTH) ?? 'NoClientCert';
  const allowedSans = section.texts('client_allowed_sans');
  const verifies = clientAuth === 'VerifyClientCertIfGiven' || clientAuth === 'RequireAndVerifyClientCert';
  // Without one of its own, the certificates of every public authority would open the door.
  if (verifies && clientCa === undefined) throw section.refuse('client_ca_file', `is missing: ${clientAuth} needs it`);
  if (clientAuth === 'NoClientCert' && clientCa !== undefined) {
    throw section.refuse('client_auth_type', 'is missing: client_ca says who vouches, and nobody would be asked');
  }
  if (allowedSans.length > 0 && !clientAuth.startsWith('Require')) {
    throw section.refuse('client_allowed_sans', 'needs client_auth_type RequireAndVerifyClientCert');
  }
  return { clientAuth, allowedSans };
}

function readOptions(section: WebConfigSection): TlsConfig['options'] {
  const versions = Object.keys(VERSIONS) as Version[];
  const min = section.word('min_version', versions) ?? 'TLS12';
  const max = section.word('max_version', versions) ?? 'TLS13';
  if (min > max) throw section.refuse('min_version', `is ${min}, above max_version ${max}`);
  const suites = section
    .texts('cipher_suites')
    .map((name) => CIPHER_SUITES[section.known('cipher_suites', name, Object.keys(CIPHER_SUITES))]);
  const curves = section
    .texts('curve_preferences')
    .map((name) => CURVES[section.known('curve_preferences', name, Object.keys(CURVES))]);
  return {
    minVersion: VERSIONS[min],
    maxVersion: VERSIONS[max],
    honorCipherOrder: section.flag('prefer_server_cipher_suites') ?? true,
    // The list is of TLS 1.2, as in Go; without a suite of TLS 1.3 in it, Node.js would not speak that at all.
    ...(suites.length === 0 ? {} : { ciphers: [...new Set([...TLS13_SUITES, ...suites])].join(':') }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
  };
}

const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
