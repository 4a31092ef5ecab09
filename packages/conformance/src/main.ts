import { FRAMEWORKS } from './frameworks.ts';
import { markdown, terminal } from './matrix-text.ts';
import { matrixOf } from './matrix.ts';
import { runSuite } from './suite.ts';

// Runs every case on every framework and prints what came of it; `--markdown` prints the tables of docs/conformance.md.
// Exit code 1 if a case failed.
const names = FRAMEWORKS.map(({ name }) => name);
const matrix = matrixOf(names, await runSuite(FRAMEWORKS));
process.stdout.write((process.argv.includes('--markdown') ? markdown : terminal)(names, matrix));
if (matrix.failures.length > 0) {
  process.stderr.write(`${matrix.failures.length} failed\n`);
  process.exitCode = 1;
}
