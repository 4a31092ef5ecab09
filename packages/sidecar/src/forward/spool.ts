import { lstat, mkdir, opendir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertOwnFolder } from './own-folder.ts';
import type { WaitingRequest } from './queue.ts';
import { readSpoolFile, spoolFileBytes, writeSpoolFile } from './spool-file.ts';

/** A request on disk. */
export interface SpoolEntry {
  readonly sequence: number;
  /** Data points in it. */
  readonly points: number;
  /** Length of the file. */
  readonly fileBytes: number;
}

// File systems give out whole blocks: counted by their length, a million tiny files would fill a disk unnoticed.
const BLOCK_BYTES = 4_096;

// The number of an empty folder's first file. From the middle, so that what is older can be put before it.
const MIDDLE = 10 ** 15 / 2;

const NAME = /^(\d{15})-(\d{1,9})\.otlp$/;

/**
 * Requests in a folder, one file each, in the order of their names: `<sequence>-<data points>.otlp`.
 *
 * Reading and writing take time and change no figure; `add` and `remove` change the figures, at once. So the caller can
 * count a request in one place at every moment.
 */
export class Spool {
  /** Bytes of disk. */
  bytes = 0;
  /** Data points. */
  points = 0;
  /** Bytes of disk that it may take. */
  limit: number;
  readonly #folder: string;
  // Ascending; those before #first are gone.
  #entries: SpoolEntry[];
  #first = 0;
  // Never used twice, so that a file which could not be deleted is in nobody's way.
  #newest: number;
  #oldest: number;

  private constructor(folder: string, limit: number, entries: SpoolEntry[]) {
    this.#folder = folder;
    this.limit = limit;
    this.#entries = entries;
    this.#oldest = entries[0]?.sequence ?? MIDDLE;
    this.#newest = entries.at(-1)?.sequence ?? MIDDLE;
    for (const entry of entries) this.#count(entry, 1);
  }

  /**
   * Opens a folder, which is made if it is not there, with what an earlier run left in it.
   *
   * @param limit bytes of disk
   * @throws {Error} if it cannot be had, is a link, or another user owns it or may write to it
   */
  static async open(folder: string, limit: number): Promise<Spool> {
    await make(folder);
    assertOwnFolder(await lstat(folder));
    const entries: SpoolEntry[] = [];
    for await (const { name } of await opendir(folder)) {
      const match = NAME.exec(name);
      if (match === null) continue;
      // Gone meanwhile, if another sidecar was given the same folder.
      const file = await lstat(join(folder, name)).catch(() => undefined);
      if (file?.isFile() !== true) continue;
      entries.push({ sequence: Number(match[1]), points: Number(match[2]), fileBytes: file.size });
    }
    return new Spool(
      folder,
      limit,
      entries.toSorted((a, b) => a.sequence - b.sequence),
    );
  }

  /** The entry to be read first. */
  get oldest(): SpoolEntry | undefined {
    return this.#entries[this.#first];
  }

  /** Whether there is room for a request in the empty spool. */
  canHold(request: WaitingRequest): boolean {
    return diskBytes(spoolFileBytes(request)) <= this.limit;
  }

  /** Whether there is room for a request beside what is there. */
  hasRoom(request: WaitingRequest): boolean {
    return this.bytes + diskBytes(spoolFileBytes(request)) <= this.limit;
  }

  /**
   * Writes a request that is newer, or older, than all others.
   *
   * @throws {Error} of the file system
   */
  async write(request: WaitingRequest, place: 'newest' | 'oldest'): Promise<SpoolEntry> {
    for (;;) {
      const sequence = place === 'newest' ? (this.#newest += 1) : (this.#oldest -= 1);
      const entry = { sequence, points: request.points, fileBytes: spoolFileBytes(request) };
      // Something else may have the name: a file of another sidecar that was given the same folder, for one.
      if (await writeSpoolFile(this.#path(entry), request)) return entry;
    }
  }

  /** Counts an entry that was written. */
  add(entry: SpoolEntry): void {
    if (entry.sequence < (this.oldest?.sequence ?? Infinity)) {
      this.#entries.splice(0, this.#first, entry);
      this.#first = 0;
    } else {
      this.#entries.push(entry);
    }
    this.#count(entry, 1);
  }

  /** Reads an entry; undefined if it is damaged. */
  async read(entry: SpoolEntry): Promise<WaitingRequest | undefined> {
    // More than the limit was never written: what is so long was put there by somebody else.
    if (entry.fileBytes > this.limit) return undefined;
    return readSpoolFile(this.#path(entry), entry.fileBytes, entry.points);
  }

  /**
   * Deletes the file of an entry.
   *
   * @returns false if it was gone: only one of several that read a file may deliver it, the one that deleted it
   * @throws {Error} of the file system
   */
  async delete(entry: SpoolEntry): Promise<boolean> {
    try {
      await unlink(this.#path(entry));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  /** Counts the oldest entry no longer. */
  removeOldest(): void {
    const entry = this.oldest;
    if (entry === undefined) return;
    this.#first += 1;
    if (this.#first * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    this.#count(entry, -1);
  }

  #count({ points, fileBytes }: SpoolEntry, sign: 1 | -1): void {
    this.bytes += sign * diskBytes(fileBytes);
    this.points += sign * points;
  }

  #path({ sequence, points }: SpoolEntry): string {
    return join(this.#folder, `${String(sequence).padStart(15, '0')}-${points}.otlp`);
  }
}

/**
 * Makes a folder, and those above it. What Node.js offers for that tries again without end where a folder says that a new
 * one in it does not exist, as those of /proc do.
 */
async function make(folder: string): Promise<void> {
  const once = (): Promise<void> => mkdir(folder, { mode: 0o700 });
  try {
    await once().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error;
      await make(dirname(folder));
      await once();
    });
  } catch (error) {
    // What is there is looked at by the caller.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function diskBytes(fileBytes: number): number {
  return Math.ceil(fileBytes / BLOCK_BYTES) * BLOCK_BYTES;
}
