import { parseArgs } from 'node:util';
import { nearest } from '@outrider/sidecar';
import { UsageError } from './usage-error.ts';

/** What a command line says. */
export interface Args {
  /** Values by flag, without dashes. */
  readonly flags: Readonly<Record<string, string>>;
  /** Whether it asks for help. */
  readonly help: boolean;
}

/**
 * Reads `--flag value` and `--flag=value`, and `--help` or `-h`.
 *
 * @param names the flags that take a value
 * @throws {UsageError} for anything else
 */
export function readArgs(args: readonly string[], names: readonly string[]): Args {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } } });
    const { help = false, ...flags } = values;
    return { flags, help };
  } catch (cause) {
    throw new UsageError(explain(cause as NodeJS.ErrnoException, names), { cause });
  }
}

function explain({ code, message }: NodeJS.ErrnoException, names: readonly string[]): string {
  const [, given = ''] = /'([^']*)'/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const name = given.replace(/^-+/, '');
    return `there is no flag ${given}; the nearest is --${nearest(name, [...names, 'help'])}`;
  }
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `${given} is not expected here; flags begin with --`;
  return message.split('\n')[0] ?? message;
}
