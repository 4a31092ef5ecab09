import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a directory',
  ELOOP: 'its links lead nowhere',
};

/**
 * Reads a whole file of at most `maxBytes`. A pipe or a device is refused: reading it could wait for ever.
 *
 * @throws {Error} that says why it cannot be read, and names neither path nor content
 */
export function readSmallFile(path: string, maxBytes: number): Buffer {
  let descriptor: number | undefined;
  try {
    // Opening a pipe would wait for somebody who writes.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const about = fstatSync(descriptor);
    if (about.isDirectory()) throw new Error('it is a directory');
    if (!about.isFile()) throw new Error('it is no regular file');
    // One byte more tells a file that is too long; files of procfs do not know their size.
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= maxBytes; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    return buffer.subarray(0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Error(REASONS[code] ?? `the system says ${code}`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
