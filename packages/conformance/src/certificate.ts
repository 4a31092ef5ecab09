import { readFileSync } from 'node:fs';

/** A key pair for loopback, self-signed and public: it is in the repository. */
export const CERTIFICATE: { readonly key: string; readonly cert: string } = {
  key: readFileSync(new URL('../fixtures/test-key.pem', import.meta.url), 'utf8'),
  cert: readFileSync(new URL('../fixtures/test-certificate.pem', import.meta.url), 'utf8'),
};
