import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { WaitingRequest } from './queue.ts';

// Sixteen bytes before the body: the mark, with the version of the format as its last letter; whether the body is gzip;
// three zeros; the length of the body; its CRC-32. Numbers are little-endian.
const HEADER_BYTES = 16;
const MARK = 'ORS1';

// O_EXCL and O_NOFOLLOW: neither a link nor a file that somebody else put in the place is written to or read.
// Windows has no O_NOFOLLOW.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
const READ = constants.O_RDONLY | NO_FOLLOW;

/** Bytes of the file of a request. */
export function spoolFileBytes({ body }: WaitingRequest): number {
  return HEADER_BYTES + body.byteLength;
}

// Until somebody may have closed a file, in milliseconds.
const FILES_PAUSE_MS = 100;

/**
 * Writes a request into a new file that only this user can read.
 *
 * @returns false if there is something of that name
 * @throws {Error} of the file system; then nothing is left behind
 */
export async function writeSpoolFile(path: string, { body, gzip }: WaitingRequest): Promise<boolean> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MARK, 'latin1');
  header[4] = gzip ? 1 : 0;
  header.writeUInt32LE(body.byteLength, 8);
  header.writeUInt32LE(crc32(body), 12);
  const file = await open(path, WRITE, 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(header);
    await file.writeFile(body);
    return true;
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Reads a request back.
 *
 * @param bytes length of the file as it is known
 * @param points data points in it, which its name says
 * @returns undefined if the file is damaged: half written, changed, or not there any more
 */
export async function readSpoolFile(path: string, bytes: number, points: number): Promise<WaitingRequest | undefined> {
  try {
    const file = await openToRead(path);
    try {
      // Not as long as the file is now: somebody may be writing to it without end.
      const content = Buffer.allocUnsafeSlow(bytes);
      const { bytesRead } = await file.read(content, 0, bytes, 0);
      return bytesRead === bytes ? parse(content, points) : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** Opens a file. Where too many are open it waits: the request in it is not damaged. */
async function openToRead(path: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(path, READ);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
      await wait(FILES_PAUSE_MS, undefined, { ref: false });
    }
  }
}

function parse(content: Buffer, points: number): WaitingRequest | undefined {
  if (content.length < HEADER_BYTES || content.toString('latin1', 0, MARK.length) !== MARK) return undefined;
  const body = content.subarray(HEADER_BYTES);
  const intact = content.readUInt32LE(8) === body.byteLength && content.readUInt32LE(12) === crc32(body);
  return intact ? { body, gzip: content[4] === 1, points } : undefined;
}
