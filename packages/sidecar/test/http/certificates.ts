import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key, in files. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** Somebody who issues certificates. */
export interface Authority extends Certificate {
  /** @param subjectAltName such as `DNS:localhost,IP:127.0.0.1` */
  issue(name: string, subjectAltName: string): Certificate;
}

/** Makes an authority of its own, with openssl, and files of what it issues in a folder. */
export function createAuthority(folder: string, name = 'authority'): Authority {
  const at = (file: string): string => join(folder, file);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = files(folder, name);
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    authority.keyFile,
    '-out',
    authority.certFile,
  );
  return {
    ...read(authority),
    issue(issued, subjectAltName) {
      const made = files(folder, issued);
      writeFileSync(at(`${issued}.ext`), `subjectAltName=${subjectAltName}\n`);
      openssl('req', ...newKey, '-subj', `/CN=${issued}`, '-keyout', made.keyFile, '-out', at(`${issued}.csr`));
      const signer = ['-CA', authority.certFile, '-CAkey', authority.keyFile, '-CAcreateserial'];
      const request = ['-in', at(`${issued}.csr`), '-extfile', at(`${issued}.ext`)];
      openssl('x509', '-req', '-days', '2', ...signer, ...request, '-out', made.certFile);
      return read(made);
    },
  };
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

function files(folder: string, name: string): Pick<Certificate, 'certFile' | 'keyFile'> {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}

function read({ certFile, keyFile }: Pick<Certificate, 'certFile' | 'keyFile'>): Certificate {
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}
