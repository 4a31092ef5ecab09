import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Listener } from '../src/listener.ts';
import { listenOnSocket } from '../src/unix-socket.ts';

let folder: string;
let path: string;
let listener: Listener | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-socket-'));
  path = join(folder, 'otlp.sock');
});

afterEach(async () => {
  await listener?.close();
  listener = undefined;
  rmSync(folder, { recursive: true });
});

async function start(at: string = path, defaultPath?: string): Promise<Listener> {
  listener = await listenOnSocket((_req, res) => res.end('here'), at, {}, defaultPath);
  return listener;
}

async function ask(): Promise<string> {
  const req = request({ socketPath: path, agent: false });
  req.end();
  const [res] = await once(req, 'response');
  return text(res);
}

/** Leaves a socket behind that nobody listens on, as a killed process does. */
async function leaveSocket(): Promise<void> {
  const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  const child = spawn(process.execPath, ['-e', program]);
  await once(child, 'close');
  expect(lstatSync(path).isSocket()).toBe(true);
}

describe('the socket', () => {
  it('is for this user only, and is gone after the end', async () => {
    const { where, close } = await start();
    expect(where).toBe(path);
    expect(await ask()).toBe('here');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await close();
    expect(existsSync(path)).toBe(false);
  });

  it('is for this user only from the start, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const opening = start();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      await opening;
      expect(process.umask()).toBe(0);
    } finally {
      process.umask(before);
    }
  });

  it('replaces one that a dead process left', async () => {
    await leaveSocket();
    await start();
    expect(await ask()).toBe('here');
  });

  it('does not replace one that is in use', async () => {
    await start();
    await expect(listenOnSocket(() => undefined, path)).rejects.toMatchObject({
      code: 'OUTRIDER_LISTEN',
      message: `Cannot listen on ${path} (otlp.socket): another process listens there; stop it, or give otlp.socket another value.`,
    });
    expect(await ask()).toBe('here');
  });

  it('does not replace what is not a socket', async () => {
    writeFileSync(path, 'precious');
    await expect(start()).rejects.toThrow('something that is not a socket is in its place');
    expect(lstatSync(path).isFile()).toBe(true);
  });

  it('needs its directory, unless it is the default one', async () => {
    await expect(start(join(folder, 'no', 'otlp.sock'))).rejects.toMatchObject({
      code: 'OUTRIDER_LISTEN',
      message: expect.stringContaining('(otlp.socket): its directory does not exist; make it first.') as string,
    });
  });
});

describe('the directory of the default socket', () => {
  // 0755 for root, whose socket everybody may find; 0700 for others.
  const wanted = process.getuid?.() === 0 ? 0o755 : 0o700;

  it('is made', async () => {
    path = join(folder, 'outrider', 'otlp.sock');
    await start(path, path);
    expect(statSync(join(folder, 'outrider')).mode & 0o777).toBe(wanted);
    expect(await ask()).toBe('here');
  });

  it('is closed to others if it was open', async () => {
    path = join(folder, 'outrider', 'otlp.sock');
    mkdirSync(join(folder, 'outrider'));
    chmodSync(join(folder, 'outrider'), 0o777);
    await start(path, path);
    expect(statSync(join(folder, 'outrider')).mode & 0o777).toBe(wanted);
  });

  it('is refused if it belongs to somebody else', async () => {
    // Root can give a folder away; for everybody else, /usr is somebody else's.
    const root = process.getuid?.() === 0;
    const directory = root ? folder : '/usr';
    if (root) chownSync(folder, 12_345, 12_345);
    const socket = join(directory, 'otlp.sock');
    await expect(start(socket, socket)).rejects.toMatchObject({
      code: 'OUTRIDER_LISTEN',
      message: `Cannot listen on ${socket} (otlp.socket): the directory ${directory} belongs to another user, ${root ? 12_345 : 0}.`,
    });
    expect(existsSync(socket)).toBe(false);
  });

  it('is refused if it is not a directory', async () => {
    const directory = join(folder, 'outrider');
    writeFileSync(directory, '');
    const socket = join(directory, 'otlp.sock');
    await expect(start(socket, socket)).rejects.toThrow(`${directory} is not a directory`);
  });
});
