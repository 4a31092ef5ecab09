import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';

/** A flag that names a port. */
export type PortFlag = 'express-port' | 'koa-port' | 'metrics-port' | 'otlp-port' | 'prometheus-port';

/** What the command line asks of the demo. */
export interface Flags {
  readonly help: boolean;
  readonly prometheus: boolean;
  /** Milliseconds after which the demo ends by itself; absent: it goes on. */
  readonly forMs?: number;
  readonly ports: Readonly<Record<PortFlag, number>>;
}

/** What `outrider demo --help` prints. */
export const HELP = `Usage: outrider demo [options]
       outrider demo regression [options]

Starts an Express and a Koa application on a PostgreSQL database, the sidecar, gentle traffic,
and Prometheus if it is installed. Ctrl-C stops everything and leaves nothing behind.

Options:
  --express-port <port>     the Express application (3001)
  --koa-port <port>         the Koa application (3002)
  --metrics-port <port>     the sidecar: /metrics and /api/v1/metrics (9464)
  --otlp-port <port>        the sidecar: OTLP/HTTP (4318)
  --prometheus-port <port>  Prometheus (9090)
  --no-prometheus           do not start Prometheus
  --for <seconds>           end by itself after this time
  --help                    print this

demo regression shows what the alert rules say when a release makes a service worse; it has a --help of its own.
A port may be 0: any that is free. DATABASE_URL names the PostgreSQL to use; without it a temporary one is started.

Exit codes: 0 stopped as asked; 1 something could not be started or ended by itself; 2 wrong usage.
`;

/** @throws {UsageError} on a flag that does not exist or a value that is none */
export function parseFlags(args: readonly string[]): Flags {
  const values = parse(args);
  const seconds = values.for === undefined ? undefined : positive('for', values.for);
  return {
    help: values.help,
    prometheus: values.prometheus,
    ...(seconds !== undefined && { forMs: seconds * 1000 }),
    ports: {
      'express-port': port('express-port', values['express-port']),
      'koa-port': port('koa-port', values['koa-port']),
      'metrics-port': port('metrics-port', values['metrics-port']),
      'otlp-port': port('otlp-port', values['otlp-port']),
      'prometheus-port': port('prometheus-port', values['prometheus-port']),
    },
  };
}

// The return type is what parseArgs derives from the options below.
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        'express-port': { type: 'string', default: '3001' },
        'koa-port': { type: 'string', default: '3002' },
        'metrics-port': { type: 'string', default: '9464' },
        'otlp-port': { type: 'string', default: '4318' },
        'prometheus-port': { type: 'string', default: '9090' },
        prometheus: { type: 'boolean', default: true },
        for: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See outrider demo --help.`, { cause: error });
  }
}

function port(flag: PortFlag, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new UsageError(`--${flag} is "${text}": expected a port, 0 to 65535.`);
  return value;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  // setTimeout cannot wait longer than 2^31 - 1 ms.
  if (!(value > 0 && value * 1000 < 2 ** 31)) {
    throw new UsageError(`--${flag} is "${text}": expected seconds, more than 0 and fewer than 2147483.`);
  }
  return value;
}
