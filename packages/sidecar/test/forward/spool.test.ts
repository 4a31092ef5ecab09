import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WaitingRequest } from '../../src/forward/queue.ts';
import { Spool } from '../../src/forward/spool.ts';

const LIMIT = 1_000_000;

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'outrider-spool-'));
  folder = join(parent, 'spool');
});

afterEach(() => rmSync(parent, { recursive: true }));

function request(text: string, points: number): WaitingRequest {
  return { body: Buffer.from(text), gzip: points % 2 === 0, points };
}

/** A spool with these requests, as a new run of the sidecar finds it. */
async function holding(...requests: WaitingRequest[]): Promise<Spool> {
  const spool = await Spool.open(folder, LIMIT);
  for (const one of requests) spool.add(await spool.write(one, 'newest'));
  return Spool.open(folder, LIMIT);
}

/** All that is in a spool, oldest first; a damaged one as its number of points. */
async function taken(spool: Spool): Promise<(string | number)[]> {
  const all: (string | number)[] = [];
  for (let { oldest } = spool; oldest !== undefined; { oldest } = spool) {
    const found = await spool.read(oldest);
    all.push(found === undefined ? oldest.points : `${Buffer.from(found.body).toString()}${found.gzip ? ' gzip' : ''}`);
    await spool.delete(oldest);
    spool.removeOldest();
  }
  return all;
}

function files(): string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));
}

describe('a spool', () => {
  it.runIf(process.platform === 'linux')('says at once where a folder can never be made', async () => {
    await expect(Spool.open('/proc/nothing/spool', LIMIT)).rejects.toThrow(/ENOENT.*'\/proc\/nothing'/);
  });

  it('makes its folder, and those above it, for this user alone', async () => {
    await Spool.open(join(folder, 'of', 'one'), LIMIT);
    for (const made of [folder, join(folder, 'of'), join(folder, 'of', 'one')])
      expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  it('gives back what a run before wrote, in order, and is empty then', async () => {
    const spool = await holding(request('a', 1), request('b', 2), request('c', 3));
    expect(spool).toMatchObject({ points: 6, bytes: 3 * 4096 });
    expect(await taken(spool)).toEqual(['a', 'b gzip', 'c']);
    expect(spool).toMatchObject({ points: 0, bytes: 0 });
    expect(files()).toEqual([]);
  });

  it('can be added to at both ends', async () => {
    const spool = await holding(request('c', 1), request('d', 1));
    for (const text of ['b', 'a']) spool.add(await spool.write(request(text, 1), 'oldest'));
    spool.add(await spool.write(request('e', 1), 'newest'));
    expect(await taken(await Spool.open(folder, LIMIT))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(spool.points).toBe(5);
  });

  it('has files and a folder that nobody else can read', async () => {
    await holding(request('a', 1));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(files().map((path) => statSync(path).mode & 0o777)).toEqual([0o600]);
  });

  it('knows its limit, in blocks of the disk', async () => {
    const spool = await Spool.open(folder, 2 * 4096);
    spool.add(await spool.write(request('a', 1), 'newest'));
    expect(spool.hasRoom(request('x'.repeat(4080), 1))).toBe(true);
    expect(spool.hasRoom(request('x'.repeat(4081), 1))).toBe(false);
    expect(spool.canHold(request('x'.repeat(4081), 1))).toBe(true);
    expect(spool.canHold(request('x'.repeat(8177), 1))).toBe(false);
  });
});

describe('a damaged file', () => {
  it.each<[string, (path: string) => void]>([
    ['is half written', (path) => truncateSync(path, 18)],
    ['has only a part of its head', (path) => truncateSync(path, 7)],
    ['is empty', (path) => truncateSync(path, 0)],
    ['was changed', (path) => writeFileSync(path, readFileSync(path, 'latin1').replace('second', 'secund'), 'latin1')],
    [
      'has another format',
      (path) => writeFileSync(path, readFileSync(path, 'latin1').replace('ORS1', 'ORS9'), 'latin1'),
    ],
    ['goes on after its end', (path) => writeFileSync(path, 'more', { flag: 'a' })],
  ])('is passed over with the points in its name: it %s', async (_what, damage) => {
    await holding(request('first', 1), request('second', 7), request('third', 3));
    damage(files()[1]!);
    expect(await taken(await Spool.open(folder, LIMIT))).toEqual(['first', 7, 'third']);
    expect(files()).toEqual([]);
  });

  it('is one that went away meanwhile', async () => {
    const spool = await holding(request('first', 5));
    rmSync(files()[0]!);
    expect(await spool.read(spool.oldest!)).toBeUndefined();
    expect(await spool.delete(spool.oldest!)).toBe(false);
  });
});

describe('a file that cannot be opened since too many are open', () => {
  it('is not damaged', () => {
    const program = `
      import { open } from 'node:fs/promises';
      import { Spool } from ${JSON.stringify(new URL('../../src/forward/spool.ts', import.meta.url).href)};
      const spool = await Spool.open(${JSON.stringify(folder)}, 1e6);
      spool.add(await spool.write({ body: Buffer.from('a'), gzip: false, points: 1 }, 'newest'));
      const files = [];
      try {
        for (;;) files.push(await open('/dev/null'));
      } catch {}
      const reading = spool.read(spool.oldest);
      setTimeout(() => files.forEach((file) => file.close()), 50);
      const alive = setInterval(() => undefined, 1000);
      process.stdout.write((await reading)?.body.toString() ?? 'damaged');
      clearInterval(alive);`;
    const script = join(parent, 'program.mjs');
    writeFileSync(script, program);
    const limited = ['-c', 'ulimit -n 64 && exec "$0" "$@"', process.execPath, '--conditions=source', script];
    expect(execFileSync('/bin/sh', limited, { encoding: 'utf8', timeout: 20_000 })).toBe('a');
  });
});

describe('what somebody else put there', () => {
  it('is not read, written to or deleted if it is a link', async () => {
    const secret = join(parent, 'secret');
    writeFileSync(secret, 'secret');
    await holding(request('a', 1));
    const [own = ''] = files();
    symlinkSync(secret, join(folder, `${'0'.repeat(15)}-9.otlp`));
    // In the place of the next file.
    const next = own.replace(/(\d+)-1\.otlp$/, (_name, sequence: string) => `${Number(sequence) + 1}-4.otlp`);
    symlinkSync(secret, next);
    const spool = await Spool.open(folder, LIMIT);
    expect(spool.points).toBe(1);
    spool.add(await spool.write(request('b', 4), 'newest'));
    expect(await taken(spool)).toEqual(['a', 'b gzip']);
    expect(readFileSync(secret, 'utf8')).toBe('secret');
    expect(files()).toHaveLength(2);
  });

  it('is left alone if it has another name', async () => {
    mkdirSync(folder);
    for (const name of ['notes.txt', '1-1.otlp', `${'1'.repeat(15)}-x.otlp`]) writeFileSync(join(folder, name), 'x');
    expect(await taken(await Spool.open(folder, LIMIT))).toEqual([]);
    expect(files()).toHaveLength(3);
  });

  it('is not used if it is in the place of the folder', async () => {
    mkdirSync(join(parent, 'elsewhere'));
    symlinkSync(join(parent, 'elsewhere'), folder);
    await expect(Spool.open(folder, LIMIT)).rejects.toThrow('it is not a directory');
    rmSync(folder);
    writeFileSync(folder, 'a file');
    await expect(Spool.open(folder, LIMIT)).rejects.toThrow('it is not a directory');
  });

  it('is not used, nor changed, if others may write to it', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o1777);
    await expect(Spool.open(folder, LIMIT)).rejects.toThrow('other users may write to it');
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
  });

  it.runIf(process.getuid?.() === 0)('is not used if it belongs to somebody else', async () => {
    mkdirSync(folder);
    execFileSync('chown', ['12345', folder]);
    await expect(Spool.open(folder, LIMIT)).rejects.toThrow('it belongs to another user, 12345');
  });
});
