import { parseArgs } from 'node:util';

/** A flag that takes a whole number, 1 or more. */
export interface CountFlag {
  readonly default: number;
  readonly help: string;
}

/** What was given on a command line. */
export interface Flags<Name extends string> {
  readonly counts: Readonly<Record<Name, number>>;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * Reads a command line of flags that take numbers, `--json` and `--help`.
 *
 * @throws {Error} that names a flag that is not known or a value that cannot be
 */
export function readFlags<Name extends string>(
  known: Readonly<Record<Name, CountFlag>>,
  parameters: readonly string[],
): Flags<Name> {
  const names = Object.keys(known) as Name[];
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      json: { type: 'boolean' as const, default: false },
      help: { type: 'boolean' as const, default: false },
    },
  });
  const given = values as Readonly<Record<string, string | boolean | undefined>>;
  const counts = names.map((name) => [name, wholeNumber(name, String(given[name] ?? known[name].default))]);
  return {
    counts: Object.fromEntries(counts) as Record<Name, number>,
    json: given['json'] === true,
    help: given['help'] === true,
  };
}

/** What `--help` prints. */
export function usage(script: string, title: string, known: Readonly<Record<string, CountFlag>>): string {
  const lines = Object.entries(known).map(
    ([name, flag]) => [`--${name} <n>`, `${flag.help} (${flag.default})`] as const,
  );
  const all = [...lines, ['--json', 'prints JSON instead of a table'] as const, ['--help', 'prints this'] as const];
  const width = Math.max(...all.map(([flag]) => flag.length));
  return `npm run ${script} -- [options]

${title}

${all.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`).join('\n')}
`;
}

/**
 * Reads a whole number, 1 or more.
 *
 * @throws {Error} that names the flag
 */
export function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${flag} is ${text}: expected a whole number, 1 or more.`);
  return Number(text);
}
