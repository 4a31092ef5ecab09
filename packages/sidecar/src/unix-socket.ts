import { chmodSync, existsSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { OutriderError } from '@outrider/core/errors';
import { listen } from './listener.ts';
import type { Listener, ListenTarget } from './listener.ts';
import { defaultSocketPath } from '@outrider/core/socket-path';

const SETTING = 'otlp.socket';
const ANSWER_MS = 1_000;

/**
 * Serves HTTP on a Unix socket that only this user can open. A socket that a dead process left behind is replaced.
 *
 * The directory of the default path is made, and must belong to this user: in a directory of somebody else, that
 * somebody could put a socket of their own in the place of this one.
 *
 * @throws {OutriderError} OUTRIDER_LISTEN if another process answers there, or something else is in the way
 */
export async function listenOnSocket(
  handler: RequestListener,
  path: string,
  options: Pick<ListenTarget, 'limits' | 'onLimit'> = {},
  defaultPath: string | undefined = defaultSocketPath(),
): Promise<Listener> {
  if (path === defaultPath) ownDirectory(path);
  // libuv would call it a lack of permission.
  if (!existsSync(dirname(path))) throw refused(path, 'its directory does not exist; make it first');
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (!found.isSocket()) throw refused(path, 'something that is not a socket is in its place; move it away');
    if (await answers(path)) {
      throw refused(path, `another process listens there; stop it, or give ${SETTING} another value`);
    }
    unlinkSync(path);
  }
  const listener = await withoutOthers(() => listen(handler, { ...options, at: { path }, setting: SETTING }));
  try {
    // What a default access list of the directory gave.
    chmodSync(path, 0o600);
  } catch (cause) {
    await listener.close();
    throw refused(path, `its mode cannot be set (${(cause as Error).message})`, cause);
  }
  return listener;
}

/**
 * Has a file that an action makes before it returns belong to this user only from the start: whoever connected before a
 * chmod would stay.
 */
function withoutOthers<Result>(action: () => Result): Result {
  // Other threads may not: theirs is that of the process.
  if (!isMainThread) return action();
  const before = process.umask(0o177);
  try {
    return action();
  } finally {
    process.umask(before);
  }
}

function ownDirectory(path: string): void {
  const directory = dirname(path);
  const uid = process.getuid?.();
  const mode = uid === 0 ? 0o755 : 0o700;
  try {
    mkdirSync(directory, { mode });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw refused(path, `its directory cannot be made (${message})`, cause);
  }
  const found = lstatSync(directory);
  if (!found.isDirectory()) throw refused(path, `${directory} is not a directory`);
  if (found.uid !== uid) throw refused(path, `the directory ${directory} belongs to another user, ${found.uid}`);
  // Whatever the umask made of it, or somebody since.
  chmodSync(directory, mode);
}

/** Whether a process accepts connections there. One that is too busy to answer counts: it may not be replaced. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => done(true));
    socket.once('connect', () => done(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => done(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}

function refused(address: string, problem: string, cause?: unknown): OutriderError {
  return new OutriderError('OUTRIDER_LISTEN', { address, setting: SETTING, problem }, { cause });
}
