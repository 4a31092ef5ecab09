import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { generatedFiles } from '../../src/files.ts';

const ROOT = join(import.meta.dirname, '../../../..');

describe('what is generated', () => {
  const files = generatedFiles(defaultConfig);

  it('has the same bytes each time', () => {
    expect([...generatedFiles(structuredClone(defaultConfig))]).toEqual([...files]);
  });

  it('is what is committed', async () => {
    const committed = await Promise.all([...files.keys()].map(async (path) => [path, await textOf(path)] as const));
    const stale = committed.filter(([path, text]) => files.get(path) !== text).map(([path]) => path);
    // npm run generate writes them.
    expect(stale).toEqual([]);
  });

  it.each(['grafana/dashboards', 'grafana/dashboards-v2', 'prometheus/rules', 'docs/runbooks'])(
    'is all that is in %s',
    async (folder) => {
      const there = await readdir(join(ROOT, folder));
      expect(there.filter((name) => !files.has(`${folder}/${name}`))).toEqual([]);
    },
  );

  it('ends with one line feed and has no other line ends', () => {
    const odd = [...files].filter(([, text]) => !text.endsWith('\n') || text.endsWith('\n\n') || text.includes('\r'));
    expect(odd.map(([path]) => path)).toEqual([]);
  });
});

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(join(ROOT, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
