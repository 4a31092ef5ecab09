import { parseArgs } from 'node:util';
import { nearest } from '@outrider/sidecar';
import { UsageError } from './usage-error.ts';

/** What a command line says. */
export interface Args {
  /** Values by flag, without dashes. */
  readonly flags: Readonly<Record<string, string>>;
  /** The switches that are set, without dashes. */
  readonly switches: ReadonlySet<string>;
  /** Whether it asks for help. */
  readonly help: boolean;
}

/**
 * Reads `--flag value` and `--flag=value`, and `--help` or `-h`.
 *
 * @param names the flags that take a value
 * @param switches the flags that take none
 * @throws {UsageError} for anything else, also for a flag that is there twice: of two lists one would silently not apply
 */
export function readArgs(args: readonly string[], names: readonly string[], switches: readonly string[] = []): Args {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' }])),
    help: { type: 'boolean', short: 'h' },
  };
  try {
    const { values: found, tokens } = parseArgs({ args: [...args], options, tokens: true });
    const named = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = named.find((name, index) => names.includes(name) && named.indexOf(name) < index);
    if (twice !== undefined) throw new UsageError(`--${twice} is there twice; a list is one text with commas in it`);
    const { help = false, ...given } = found;
    const values = Object.entries(given);
    const flags = values.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
    const set = values.flatMap(([name, value]) => (value === true ? [name] : []));
    return { flags: Object.fromEntries(flags) as Args['flags'], switches: new Set(set), help: help === true };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(explain(cause as NodeJS.ErrnoException, [...names, ...switches]), { cause });
  }
}

function explain({ code, message }: NodeJS.ErrnoException, names: readonly string[]): string {
  const [, given = ''] = /'([^']*)'/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const name = given.replace(/^-+/, '');
    return `there is no flag ${given}; the nearest is --${nearest(name, [...names, 'help'])}`;
  }
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    // Not shown: after a list with a space in it, that is a URL, perhaps with a password.
    return 'a word is there that belongs to no flag; flags begin with --, and a value with spaces needs quotes';
  }
  return message.split('\n')[0] ?? message;
}
