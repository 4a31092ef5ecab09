import { readFileSync } from 'node:fs';
import { OutriderError } from '@outrider/sidecar';
import { commands } from './commands.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs a command line, such as `['sidecar', '--config', 'outrider.yaml']`.
 *
 * @returns the exit code: 0, 1 for what failed while running, 2 for what was asked for wrongly. An error is one line
 * on stderr.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    process.stderr.write(
      `outrider: ${(error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ')}\n`,
    );
    return isMistake(error) ? 2 : 1;
  }
}

async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(usage());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const known = Object.keys(commands).join(', ');
  if (name === undefined) throw new UsageError(`which command? There are: ${known}. See outrider --help`);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}. There are: ${known}`);
  const start = await command.load().catch((error: unknown) => {
    throw isWithoutDashboards(error) ? new Error(WITHOUT_DASHBOARDS.replace('NAME', name), { cause: error }) : error;
  });
  return start(args);
}

// The container image has what the sidecar needs, and no more.
const WITHOUT_DASHBOARDS =
  'this installation has no @outrider/dashboards, as the container image has none; elsewhere: npx --package @outrider/cli outrider NAME';

function isWithoutDashboards(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(`package '@outrider/dashboards'`);
}

function isMistake(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  return error instanceof OutriderError && ['OUTRIDER_CONFIG', 'OUTRIDER_CONFIG_FILE'].includes(error.code);
}

function version(): string {
  const description = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(description) as { version: string }).version;
}

function usage(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}\n`);
  return `outrider <command> [flags]

${rows.join('')}
outrider <command> --help tells more; outrider --version prints the version.
`;
}
