import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * The digest of everything that a golden file is made of: both charts and a file of values.
 *
 * @param folder the folder of the charts
 * @param values the name of a file in values/
 * @returns `sha256:` and the digest
 */
export function digestOf(folder: string, values: string): string {
  const files = ['outrider', 'shop'].flatMap((chart) =>
    readdirSync(join(folder, chart), { recursive: true, withFileTypes: true })
      // helm dependency build puts the one chart into charts/ of the other.
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('charts') && entry.name !== 'Chart.lock')
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const hash = createHash('sha256');
  for (const file of [...files.toSorted(), join(folder, 'values', values)]) {
    const content = readFileSync(file);
    hash.update(`${relative(folder, file)} ${content.length}\n`).update(content);
  }
  return `sha256:${hash.digest('hex')}`;
}
