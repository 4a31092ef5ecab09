import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** What is to become of a file. */
export type Change = 'new' | 'changed' | 'same' | 'gone' | 'foreign';

/** Path below the folder, with slashes, to what is to become of it; `gone` is a file that is generated no more. */
export type Changes = ReadonlyMap<string, Change>;

// Which bytes were written: what is something else by now belongs to whoever changed it.
const MANIFEST = '.outrider-dashboards.json';

/**
 * Compares what is to be in a folder with what is there. A file that is there and was not written by
 * {@link writeFiles}, or was changed since, is `foreign` if it differs.
 *
 * @param files path below the folder, with slashes, to text
 */
export function compareFiles(folder: string, files: ReadonlyMap<string, string>): Changes {
  const written = readManifest(folder);
  const changes = new Map<string, Change>();
  for (const [path, text] of files) {
    const there = textOf(join(folder, path));
    if (there === undefined) changes.set(path, 'new');
    else if (there === text) changes.set(path, 'same');
    else changes.set(path, written.get(path) === digest(there) ? 'changed' : 'foreign');
  }
  for (const [path, hash] of written) {
    const there = files.has(path) || !isInside(path) ? undefined : textOf(join(folder, path));
    if (there !== undefined && digest(there) === hash) changes.set(path, 'gone');
  }
  return changes;
}

/**
 * Makes a folder hold these files, each of them whole at any time, and takes away those that are gone. It overwrites
 * whatever has their names, and leaves everything else alone.
 *
 * @param changes what {@link compareFiles} says of these files
 * @throws {Error} if a link would lead out of the folder, before anything is written
 */
export function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  changes: Changes = compareFiles(folder, files),
): void {
  makeFolders(folder);
  const top = realpathSync(folder);
  for (const path of changes.keys()) makeFolder(top, path);
  for (const [path, text] of files) if (changes.get(path) !== 'same') replaceFile(join(top, path), text);
  for (const [path, change] of changes) if (change === 'gone') rmSync(join(top, path), { force: true });
  const hashes = Object.fromEntries([...files].map(([path, text]) => [path, digest(text)]));
  replaceFile(join(top, MANIFEST), `${JSON.stringify(hashes, undefined, 2)}\n`);
}

/** Makes the folder that a file is to be in, which a link in the place of a folder could have elsewhere. */
function makeFolder(top: string, path: string): void {
  const [, ...below] = dirname(`./${path}`).split('/');
  let at = top;
  for (const name of below) {
    at = join(at, name);
    makeFolders(at);
    if (!`${realpathSync(at)}${sep}`.startsWith(`${top}${sep}`))
      throw new Error(`${at} is a link that leads out of ${top}`);
  }
}

/** Node's own way never ends where the system says of a folder that is there that it is not, as in /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another run may have made it.
    if (!existsSync(folder)) throw error;
  }
}

function replaceFile(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(beside, text, { flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function readManifest(folder: string): ReadonlyMap<string, string> {
  const text = textOf(join(folder, MANIFEST));
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
  } catch {
    // What it would say is unknown, so every file that differs is somebody else's.
    return new Map();
  }
}

// The manifest is a file that anybody can write.
function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split(/[/\\]/).includes('..');
}

function textOf(path: string): string | undefined {
  try {
    // Reading a pipe could wait for ever.
    if (!statSync(path).isFile()) throw new Error(`${path} is no regular file; nothing was written`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
