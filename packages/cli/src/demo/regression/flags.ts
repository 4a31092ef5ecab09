import { parseArgs } from 'node:util';
import { UsageError } from '../../usage-error.ts';

/** What the command line asks of the regression demo. */
export interface RegressionFlags {
  readonly help: boolean;
  /** How many times faster than the rules as they are shipped. */
  readonly hurry: number;
  readonly prometheusPort: number;
}

const MOST = 30;

/** What `outrider demo regression --help` prints. */
export const HELP: string = `Usage: outrider demo regression [options]

Starts the shop with its sidecar, Prometheus and the alert rules. All is well at first. Then a release
makes one route twice as slow, leaks memory, exhausts the connection pool and loses the cache, and
each alert that must fire is named with the time that it took.

Options:
  --hurry <factor>          rules and faults so many times faster, 1 to ${MOST} (10, which takes 3 minutes);
                            1: the rules exactly as they are shipped, which takes half an hour
  --prometheus-port <port>  Prometheus (9090)
  --help                    print this

Needs prometheus and promtool. A port may be 0: any that is free.

Exit codes: 0 nothing fired in calm, then everything that should, and nothing of the other application;
1 something else; 2 wrong usage.
`;

/** @throws {UsageError} on a flag that does not exist or a value that is none */
export function parseRegressionFlags(args: readonly string[]): RegressionFlags {
  const values = parse(args);
  const hurry = Number(values.hurry);
  if (!(hurry >= 1 && hurry <= MOST)) throw new UsageError(`--hurry is "${values.hurry}": expected 1 to ${MOST}.`);
  const port = Number(values['prometheus-port']);
  if (!/^\d+$/.test(values['prometheus-port']) || port > 65_535)
    throw new UsageError(`--prometheus-port is "${values['prometheus-port']}": expected a port, 0 to 65535.`);
  return { help: values.help, hurry, prometheusPort: port };
}

// The return type is what parseArgs derives from the options below.
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        hurry: { type: 'string', default: '10' },
        'prometheus-port': { type: 'string', default: '9090' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See outrider demo regression --help.`, { cause: error });
  }
}
