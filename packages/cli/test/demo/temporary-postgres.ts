import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, startPostgres } from '../../src/demo/installed-postgres.ts';
import { Processes } from '../../src/demo/processes.ts';

/** A real PostgreSQL for a test, started the way the demo starts it. */
export interface TemporaryPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

export async function temporaryPostgres(): Promise<TemporaryPostgres> {
  const programs = await findPostgres();
  if (programs === undefined) throw new Error('No PostgreSQL server is installed: node scripts/system-packages.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'outrider-test-'));
  await chmod(folder, 0o711);
  const processes = new Processes();
  const stop = async (): Promise<void> => {
    await processes.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { url } = await startPostgres(processes, programs, join(folder, 'postgres'));
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
