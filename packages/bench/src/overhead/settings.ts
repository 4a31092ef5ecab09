import { parseArgs } from 'node:util';
import { wholeNumber } from '../harness/flags.ts';
import { frameworkNames, frameworks, isFrameworkName } from './frameworks/registry.ts';
import type { FrameworkName } from './frameworks/registry.ts';

/** What one can ask for on the command line. */
export interface Settings {
  /** Measured one after the other. */
  readonly frameworks: readonly FrameworkName[];
  readonly rounds: number;
  /** Requests of a run that are measured. */
  readonly requests: number;
  /** Requests of a run before those, while V8 still compiles. */
  readonly warmUp: number;
  /** Keep-alive connections, each with one request at a time. */
  readonly connections: number;
  /** Chooses the order of the variants in each round. */
  readonly seed: number;
  /** Of each framework those that it has; undefined for all. */
  readonly variants: readonly string[] | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

const lists = frameworkNames.map((name) => `  ${name.padEnd(8)} ${variantNames(name).join(', ')}`);

/** What `--help` prints. */
export const USAGE: string = `npm run bench:overhead -- [options]

CPU time that a request costs an application, by what measures it.

  --framework <name> ${frameworkNames.join(', ')} or all (express)
  --rounds <n>       rounds; every variant runs once in each (7)
  --requests <n>     measured requests a run (40000)
  --warm-up <n>      requests before them (30000)
  --connections <n>  keep-alive connections (24)
  --seed <n>         chooses the order of the variants (1)
  --variants <list>  only these, separated by commas
  --json             prints JSON instead of a table
  --help             prints this

Variants:

${lists.join('\n')}
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
      framework: { type: 'string', default: 'express' },
      rounds: { type: 'string', default: '7' },
      requests: { type: 'string', default: '40000' },
      'warm-up': { type: 'string', default: '30000' },
      connections: { type: 'string', default: '24' },
      seed: { type: 'string', default: '1' },
      variants: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const chosen = frameworkList(values.framework);
  return {
    frameworks: chosen,
    rounds: wholeNumber('rounds', values.rounds),
    requests: wholeNumber('requests', values.requests),
    warmUp: wholeNumber('warm-up', values['warm-up']),
    connections: wholeNumber('connections', values.connections),
    seed: wholeNumber('seed', values.seed),
    variants: values.variants === undefined ? undefined : variantList(values.variants, chosen),
    json: values.json,
    help: values.help,
  };
}

/** The variants of a framework that were asked for, in the order of the command line. */
export function variantsOf(framework: FrameworkName, { variants }: Pick<Settings, 'variants'>): string[] {
  return variants === undefined
    ? variantNames(framework)
    : variants.filter((variant) => frameworks[framework].variants.has(variant));
}

function frameworkList(text: string): readonly FrameworkName[] {
  if (text === 'all') return frameworkNames;
  if (!isFrameworkName(text)) {
    throw new Error(`--framework is ${text}: expected ${frameworkNames.join(', ')} or all.`);
  }
  return [text];
}

function variantList(text: string, chosen: readonly FrameworkName[]): string[] {
  const known = new Set(chosen.flatMap(variantNames));
  return text.split(',').map((part) => {
    const name = part.trim();
    if (!known.has(name)) throw new Error(`--variants names ${name}: expected ${[...known].join(', ')}.`);
    return name;
  });
}

function variantNames(framework: FrameworkName): string[] {
  return [...frameworks[framework].variants.keys()];
}
