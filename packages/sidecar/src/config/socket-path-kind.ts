import { isAbsolute } from 'node:path';
import type { Kind } from './kind.ts';

// The kernel keeps the path of a socket in a field of 108 bytes (104 on macOS), the last one a zero.
const LONGEST = process.platform === 'darwin' ? 103 : 107;

/** The path of a Unix socket, or false for none. */
export const socketPath: Kind<string | false> = {
  parse: (given) => {
    if (given === false || given === 'false') return false;
    if (typeof given !== 'string' || !isAbsolute(given)) throw new Error('must be an absolute path or false');
    if (/\p{Cc}/u.test(given)) throw new Error('must be a path without control characters');
    const bytes = Buffer.byteLength(given);
    if (bytes > LONGEST) throw new Error(`has ${bytes} bytes: the path of a socket can have ${LONGEST}`);
    return given;
  },
  write: (path) => path,
  schema: {
    anyOf: [
      { enum: [false, 'false'] },
      // In characters, of which one can be several bytes; macOS has room for four bytes less.
      { type: 'string', pattern: String.raw`^(?:/|[A-Za-z]:[\\/]|\\\\)[^\u0000-\u001f\u007f]*$`, maxLength: 107 },
    ],
  },
};
