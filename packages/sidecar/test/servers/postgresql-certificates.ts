import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate of a test's own authority for `localhost`. */
export interface Certificates {
  /** Path of the authority's certificate. */
  readonly caFile: string;
  /** Path of the certificate of another authority. */
  readonly otherCaFile: string;
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

/** Makes an authority and a certificate for `localhost`, and nothing else: not for 127.0.0.1. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-certificates-'));
  const openssl = (...args: readonly string[]): unknown =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  for (const name of ['ca', 'other']) {
    openssl('req', '-x509', ...curve, '-subj', `/CN=test ${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  }
  openssl('req', ...curve.slice(0, -2), '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n');
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.crt');
  return {
    caFile: join(folder, 'ca.crt'),
    otherCaFile: join(folder, 'other.crt'),
    cert: readFileSync(join(folder, 'server.crt'), 'utf8'),
    key: readFileSync(join(folder, 'server.key'), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
