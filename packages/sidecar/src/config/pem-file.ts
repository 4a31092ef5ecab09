import type { ClientTls } from './client-tls.ts';
import { readSmallFile } from './small-file.ts';

// As many authorities as a system has take a quarter of that.
const LONGEST_BYTES = 2 ** 20;

/** Reads a file of certificates or of a key. @throws {Error} that names it and says why it cannot be read */
export function readPemFile(path: string): Buffer {
  try {
    return readSmallFile(path, LONGEST_BYTES);
  } catch (error) {
    throw new Error(`names ${path}, which cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** What the files of a client's TLS hold, as `tls.connect` takes it. */
export interface ClientPems {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads the files of a client's TLS as they are now, so that renewed ones count. @throws {Error} if one cannot be read */
export function readClientPems({ caFile, certFile, keyFile }: Partial<ClientTls>): ClientPems {
  return {
    ...(caFile === undefined ? {} : { ca: readPemFile(caFile) }),
    ...(certFile === undefined ? {} : { cert: readPemFile(certFile) }),
    ...(keyFile === undefined ? {} : { key: readPemFile(keyFile) }),
  };
}
