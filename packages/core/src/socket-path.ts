import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a sidecar that runs as root listens. */
export const ROOT_SOCKET = '/run/outrider/otlp.sock';

/** Where a sidecar that runs as `uid` listens by default; undefined where there are no Unix sockets and uids. */
export function defaultSocketPath(uid: number | undefined = process.getuid?.()): string | undefined {
  if (uid === undefined) return undefined;
  return uid === 0 ? ROOT_SOCKET : join(tmpdir(), `outrider-${uid}`, 'otlp.sock');
}

/**
 * The default socket to push to: this user's own, else root's, if it is there and belongs to this user or to root.
 * A socket that somebody else has put in that place is not used.
 */
export function findDefaultSocket(uid: number | undefined = process.getuid?.()): string | undefined {
  if (uid === undefined) return undefined;
  for (const path of new Set([defaultSocketPath(uid)!, ROOT_SOCKET])) {
    try {
      const stat = lstatSync(path);
      if (stat.isSocket() && (stat.uid === uid || stat.uid === 0)) return path;
    } catch {
      // Not there, or not to be seen: try the next.
    }
  }
  return undefined;
}
