import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { provideDatabase } from '../../src/demo/database.ts';
import { Processes } from '../../src/demo/processes.ts';

describe('provideDatabase', () => {
  let folder: string;
  let processes: Processes;
  const warnings: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-test-'));
    await chmod(folder, 0o711);
    processes = new Processes();
    warnings.length = 0;
    vi.stubEnv('DATABASE_URL', '');
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await processes.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes the one of DATABASE_URL', async () => {
    vi.stubEnv('DATABASE_URL', 'postgresql:///shop');
    const database = await provideDatabase(processes, folder, () => {});
    expect(database).toEqual({ url: 'postgresql:///shop', description: expect.stringContaining('DATABASE_URL') });
  });

  it('runs an installed one', async () => {
    const database = await provideDatabase(processes, folder, (message) => warnings.push(message));
    expect(database.description).toMatch(/^PostgreSQL \d+, temporary$/);
    await reach(database.url);
    expect(warnings).toEqual([]);
  });

  it('runs the embedded one where the installed one fails, and says so', { timeout: 60_000 }, async () => {
    const broken = join(folder, 'broken');
    await mkdir(broken);
    for (const name of ['initdb', 'postgres']) {
      await writeFile(join(broken, name), '#!/bin/sh\necho "no space left" >&2\nexit 1\n', { mode: 0o755 });
    }
    vi.stubEnv('PATH', `${broken}:/bin:/usr/bin`);
    const database = await provideDatabase(processes, folder, (message) => warnings.push(message));
    expect(warnings).toEqual([`The PostgreSQL in ${broken} is not used: initdb failed (code 1).\n  no space left`]);
    expect(database.description).toContain('embedded');
    await reach(database.url);
  });

  it('blames nothing while it is being stopped', async () => {
    const providing = provideDatabase(processes, folder, (message) => warnings.push(message));
    await Promise.all([expect(providing).rejects.toThrow('being stopped'), processes.stop()]);
    expect(warnings).toEqual([]);
  });
});

async function reach(url: string): Promise<void> {
  const socket = connect(`${new URL(url).searchParams.get('host')}/.s.PGSQL.5432`);
  await once(socket, 'connect');
  socket.destroy();
}
