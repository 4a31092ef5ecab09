import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { OutriderError } from '@outrider/core/errors';
import type { Pem, TlsConfig } from './tls-config.ts';

/** Certificates and key as they are now. The key is a secret. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/**
 * Reads the certificate, its key and the authority of clients, and sees that they fit.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG that names the key of the configuration, and shows nothing of a private key
 */
export function readTlsMaterial(config: TlsConfig): TlsMaterial {
  const { cert, key, clientCa } = config;
  const refuse = ({ setting }: Pem, problem: string): OutriderError =>
    new OutriderError('OUTRIDER_CONFIG', { source: config.source, key: setting, problem });
  const read = <Parsed>(pem: Pem, parse: (text: string) => Parsed, what: string): [string, Parsed] => {
    let text: string;
    try {
      text = pem.content.read();
    } catch (cause) {
      throw refuse(pem, (cause as Error).message);
    }
    try {
      return [text, parse(text)];
    } catch {
      // What OpenSSL says of it may quote it.
      throw refuse(pem, `holds no ${what} in PEM`);
    }
  };
  const [certText, certificate] = read(cert, (text) => new X509Certificate(text), 'certificate');
  const [keyText, privateKey] = read<KeyObject>(key, createPrivateKey, 'private key without a passphrase');
  if (!certificate.checkPrivateKey(privateKey)) throw refuse(key, `is not the key of ${cert.setting}`);
  const ca = clientCa && read(clientCa, (text) => new X509Certificate(text), 'certificate')[0];
  const material: TlsMaterial = { cert: certText, key: keyText, ...(ca === undefined ? {} : { ca }) };
  try {
    createSecureContext({ ...config.options, ...material });
  } catch (cause) {
    throw refuse(cert, `cannot be used: ${(cause as NodeJS.ErrnoException).code ?? 'OpenSSL refuses it'}`);
  }
  return material;
}
