import type { TLSSocket } from 'node:tls';
import type { TlsConfig } from '../config/tls-config.ts';

/** Whether a client showed the certificate that it has to, and one of the names that are allowed is in it. */
export function isClientAllowed(socket: TLSSocket, { clientAuth, allowedSans }: TlsConfig): boolean {
  const certificate = socket.getPeerX509Certificate();
  switch (clientAuth) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'VerifyClientCertIfGiven':
      return certificate === undefined || socket.authorized;
    case 'RequireAnyClientCert':
      if (certificate === undefined) return false;
      break;
    case 'RequireAndVerifyClientCert':
      if (certificate === undefined || !socket.authorized) return false;
  }
  return (
    allowedSans.length === 0 || namesOf(certificate.subjectAltName ?? '').some((name) => allowedSans.includes(name))
  );
}

// As Node.js writes them: `DNS:shop, IP Address:10.0.0.1, URI:"with, a comma"`; what could be taken for another name is in
// JSON (CVE-2021-44532).
const SAN = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?=, |$)/gy;
const KINDS: ReadonlySet<string> = new Set(['DNS', 'IP Address', 'email', 'URI']);

/** The names, addresses and URIs of a certificate, as they were meant. */
export function namesOf(subjectAltName: string): readonly string[] {
  return [...subjectAltName.matchAll(SAN)]
    .filter(([, kind = '']) => KINDS.has(kind))
    .map(([, , name = '']) => (name.startsWith('"') ? (JSON.parse(name) as string) : name));
}
