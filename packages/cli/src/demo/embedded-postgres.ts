import { mkdir } from 'node:fs/promises';
import { builtProgram } from './layout.ts';
import { socketUrl } from './installed-postgres.ts';
import type { Child } from './process.ts';
import type { Processes } from './processes.ts';

const READY_MS = 25_000;

/**
 * Starts the embedded PostgreSQL (PGlite) that npm brought, in a process of its own: it takes about 800 MB, and while
 * it works on a query its process does nothing else.
 *
 * @param folder does not exist yet; the socket is made there
 */
export async function startEmbeddedPostgres(
  processes: Processes,
  folder: string,
): Promise<{ url: string; child: Child }> {
  await mkdir(folder, { mode: 0o700 });
  const child = await processes.start({
    name: 'PostgreSQL (embedded)',
    command: process.execPath,
    args: [builtProgram('embedded-postgres-program'), `${folder}/.s.PGSQL.5432`],
  });
  await child.line((line) => line === 'ready' || undefined, READY_MS);
  return { url: socketUrl(folder), child };
}
