import { join } from 'node:path';
import { DemoError } from './demo-error.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { findPostgres, startPostgres } from './installed-postgres.ts';
import type { Processes } from './processes.ts';

/** The PostgreSQL that the applications use. */
export interface Database {
  readonly url: string;
  /** For the reader: which one it is. */
  readonly description: string;
  /** Its process; absent if the demo did not start it. */
  readonly pid?: number;
}

/**
 * Provides a PostgreSQL: the one in DATABASE_URL, else an installed one run for the demo alone, else the embedded one.
 *
 * @param folder the temporary folder of the demo
 * @param warn told why an installed PostgreSQL is not used
 */
export async function provideDatabase(
  processes: Processes,
  folder: string,
  warn: (message: string) => void,
): Promise<Database> {
  const given = process.env['DATABASE_URL'];
  if (given) return { url: given, description: 'PostgreSQL of DATABASE_URL (the schema outrider_shop stays there)' };
  const programs = await findPostgres();
  let failure: DemoError | undefined;
  if (programs !== undefined) {
    try {
      const { url, version, child } = await startPostgres(processes, programs, join(folder, 'postgres'));
      return { url, description: `PostgreSQL ${version}, temporary`, pid: child.pid };
    } catch (error) {
      if (!(error instanceof DemoError)) throw error;
      failure = error;
    }
  }
  const { url, child } = await startEmbeddedPostgres(processes, join(folder, 'embedded'));
  if (failure !== undefined) warn(`The PostgreSQL in ${programs} is not used: ${failure.message}`);
  return { url, description: 'PostgreSQL embedded (PGlite), in memory, one query at a time', pid: child.pid };
}
