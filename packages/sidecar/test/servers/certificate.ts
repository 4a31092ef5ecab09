import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Paths of a certificate, which is its own authority, and of its key. */
export interface TestCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Makes a certificate for names such as `DNS:localhost` and `IP:127.0.0.1`, valid for a day. */
export function makeCertificate(folder: string, ...names: readonly string[]): TestCertificate {
  const certFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  // oxfmt-ignore
  const args = [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
    '-subj', '/CN=outrider test', '-addext', `subjectAltName=${names.join(',')}`,
    '-keyout', keyFile, '-out', certFile,
  ];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return { certFile, keyFile };
}
