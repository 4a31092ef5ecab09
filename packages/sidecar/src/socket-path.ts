import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The Unix socket on which the sidecar listens and to which an application pushes if neither is told otherwise:
 * `/run/outrider/otlp.sock` for root, `<tmpdir>/outrider-<uid>/otlp.sock` for everybody else.
 *
 * @returns undefined where the system knows no user ids (Windows)
 */
export function defaultSocketPath(uid: number | undefined = process.getuid?.()): string | undefined {
  if (uid === undefined) return undefined;
  return uid === 0 ? '/run/outrider/otlp.sock' : join(tmpdir(), `outrider-${uid}`, 'otlp.sock');
}
