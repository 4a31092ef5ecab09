import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A text whose characters are not its bytes: 24 of them, 29 bytes in UTF-8. */
export const TEXT = 'zwölf Boxkämpfer für 5 €';

/** Bytes that are no text. */
export const BINARY: Buffer = Buffer.alloc(1000, 0xfe);

/** A file to be downloaded, compressible. */
export const DOWNLOAD: { readonly path: string; readonly bytes: number } = fileOf('../fixtures/download.txt');

function fileOf(name: string): { readonly path: string; readonly bytes: number } {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return { path, bytes: statSync(path).size };
}
