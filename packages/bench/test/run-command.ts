import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs a benchmark from its sources; returns what it prints. */
export async function runCommand(name: string, parameters: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL(`../src/${name}/main.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', file, ...parameters]);
  return stdout;
}

/** The rows of a Markdown table, a name and its cells. */
export function rowsOf(markdown: string): string[][] {
  const cells = markdown
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return cells.filter(([first]) => !/^-+$/.test(first!));
}
