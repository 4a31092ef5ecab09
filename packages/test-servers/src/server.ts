import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from './user.ts';

const READY_MS = 30_000;
const STEP_MS = 20;
const MAX_OUTPUT = 100_000;

/** A server that a test started, on a port of the loopback. */
export interface TestServer {
  readonly port: number;
  /** How a client names it, for example `postgresql://postgres@127.0.0.1:5432/postgres`. */
  readonly url: string;
  readonly pid: number;
  /** Where it keeps what it writes. */
  readonly folder: string;
  /** Ends it and removes what it has written; a second call does nothing. */
  stop(): Promise<void>;
}

/** How a server is started. */
export interface ServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  readonly user?: User | undefined;
  /** What it prints when it serves; one that takes connections before may still refuse to. */
  readonly ready: string;
  /** What ends it at once, whoever is connected. @default 'SIGTERM' */
  readonly stopSignal?: NodeJS.Signals;
  /** Leaves the folder to its owner. */
  readonly keepFolder?: boolean;
}

/** A new folder in the system's temporary one, which a user may write to. */
export async function temporaryFolder(name: string, user: User | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `outrider-${name}-`));
  await chmod(folder, 0o700);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}

// Below those that systems give to whoever asks for any (from 32768 on Linux): a server that is started again at its port
// finds it free, whatever others have opened meanwhile.
const [LEAST_PORT, MOST_PORT] = [20_000, 32_000];

/** A port of the loopback that nobody listens on, nor will by chance. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LEAST_PORT + Math.floor(Math.random() * (MOST_PORT - LEAST_PORT));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/**
 * Starts a server and waits until it serves.
 *
 * @throws {Error} with what it printed, if it ends or does not answer in half a minute
 */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const { command, args, folder, port, url, user, ready, stopSignal = 'SIGTERM', keepFolder = false } = options;
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT) output += chunk.toString();
    });
  }
  // Registered now: it may end before anybody waits for it. What cannot be started says so, and closes.
  child.on('error', (error) => {
    output += error.message;
  });
  const closed = once(child, 'close');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    child.kill(stopSignal);
    await closed;
    process.off('exit', kill);
    if (!keepFolder) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  const deadline = Date.now() + READY_MS;
  while (!output.includes(ready)) {
    const over = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (over || Date.now() > deadline) {
      await stop();
      throw new Error(`${command} does not say ${ready}:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  return { port, url, pid: child.pid!, folder, stop };
}
