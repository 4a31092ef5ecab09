import { parseArgs } from 'node:util';
import { FRAMEWORKS } from './frameworks.ts';
import { markdown, terminal } from './matrix-text.ts';
import { matrixOf } from './matrix.ts';
import { runSuite } from './suite.ts';

const USAGE = `npm run conformance -- [--markdown]
Runs every case on every framework and prints what came of it; --markdown prints the tables of docs/conformance.md.
Exit code 1 if a case failed, 2 for a wrong flag.
`;

try {
  const { values } = parseArgs({ options: { markdown: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help === true) process.stdout.write(USAGE);
  else await run(values.markdown === true ? markdown : terminal);
} catch (error) {
  if (!(error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) throw error;
  process.stderr.write(`${(error as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}

async function run(print: typeof markdown): Promise<void> {
  const names = FRAMEWORKS.map(({ name }) => name);
  const matrix = matrixOf(names, await runSuite(FRAMEWORKS));
  process.stdout.write(print(names, matrix));
  if (matrix.failures.length === 0) return;
  process.stderr.write(`${matrix.failures.length} failed\n`);
  process.exitCode = 1;
}
