import type { PortFlag } from './flags.ts';
import { exampleServer } from './layout.ts';
import type { Child } from './process.ts';
import type { Processes } from './processes.ts';

/** An example application of the demo. */
export interface Application {
  readonly example: 'shop-express' | 'shop-koa';
  readonly name: string;
  readonly flag: PortFlag;
}

/** Both of them. */
export const APPLICATIONS: readonly Application[] = [
  { example: 'shop-express', name: 'Express application', flag: 'express-port' },
  { example: 'shop-koa', name: 'Koa application', flag: 'koa-port' },
];

const READY_MS = 20_000;

/** Starts an example application on a port, once it listens. */
export async function startApplication(
  processes: Processes,
  { example, name }: Application,
  where: { readonly port: number; readonly databaseUrl: string; readonly environment: NodeJS.ProcessEnv },
): Promise<Child> {
  const child = await processes.start({
    name: `The ${name}`,
    command: process.execPath,
    args: [exampleServer(example)],
    env: {
      ...where.environment,
      NODE_ENV: 'production',
      OTEL_SERVICE_NAME: example,
      PORT: String(where.port),
      DATABASE_URL: where.databaseUrl,
    },
  });
  await child.line((line) => line.startsWith('{"listening"') || undefined, READY_MS);
  return child;
}
