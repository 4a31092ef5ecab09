import { parseArgs } from 'node:util';
import { isVariantName, variantNames } from './variants/registry.ts';
import type { VariantName } from './variants/registry.ts';

/** What one can ask for on the command line. */
export interface Settings {
  readonly rounds: number;
  /** Requests of a run that are measured. */
  readonly requests: number;
  /** Requests of a run before those, while V8 still compiles. */
  readonly warmUp: number;
  /** Keep-alive connections, each with one request at a time. */
  readonly connections: number;
  /** Chooses the order of the variants in each round. */
  readonly seed: number;
  readonly variants: readonly VariantName[];
  readonly json: boolean;
  readonly help: boolean;
}

/** What `--help` prints. */
export const USAGE: string = `npm run bench:overhead -- [options]

CPU time that a request costs an Express application, by what measures it.

  --rounds <n>       rounds; every variant runs once in each (7)
  --requests <n>     measured requests a run (40000)
  --warm-up <n>      requests before them (30000)
  --connections <n>  keep-alive connections (24)
  --seed <n>         chooses the order of the variants (1)
  --variants <list>  only these, separated by commas: ${variantNames.join(', ')}
  --json             prints JSON instead of a table
  --help             prints this
`;

/**
 * Reads the command line.
 *
 * @throws {Error} that names a flag that is not known or a value that cannot be
 */
export function readSettings(parameters: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      rounds: { type: 'string', default: '7' },
      requests: { type: 'string', default: '40000' },
      'warm-up': { type: 'string', default: '30000' },
      connections: { type: 'string', default: '24' },
      seed: { type: 'string', default: '1' },
      variants: { type: 'string', default: variantNames.join(',') },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    rounds: count('rounds', values.rounds),
    requests: count('requests', values.requests),
    warmUp: count('warm-up', values['warm-up']),
    connections: count('connections', values.connections),
    seed: count('seed', values.seed),
    variants: variantList(values.variants),
    json: values.json,
    help: values.help,
  };
}

function count(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${flag} is ${text}: expected a whole number, 1 or more.`);
  return Number(text);
}

function variantList(text: string): VariantName[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    if (!isVariantName(name)) {
      throw new Error(`--variants names ${name}: expected ${variantNames.join(', ')}.`);
    }
    return name;
  });
}
