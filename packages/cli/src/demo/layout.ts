import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoError } from './demo-error.ts';

// This file lies in packages/cli/src/demo or packages/cli/dist/demo.
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const REPOSITORY = join(PACKAGE, '..', '..');

/** The `outrider` command. */
export const MAIN: string = join(PACKAGE, 'dist', 'main.js');

/** The bundled configuration of Prometheus. */
export const PROMETHEUS_CONFIG: string = join(REPOSITORY, 'prometheus', 'prometheus.yml');

/** A program of the demo that runs in a process of its own. */
export function builtProgram(name: 'embedded-postgres-program' | 'guardian-program'): string {
  return join(PACKAGE, 'dist', 'demo', `${name}.js`);
}

/** The built server of an example. @throws {DemoError} where the examples are not */
export function exampleServer(name: 'shop-express' | 'shop-koa'): string {
  const folder = join(REPOSITORY, 'examples', name);
  if (!existsSync(join(folder, 'package.json'))) {
    throw new DemoError(
      'The demo runs from a clone of the Outrider repository: its example applications are not part of the published package. Clone it, then npm ci && npm start.',
    );
  }
  const server = join(folder, 'dist', 'server.js');
  if (!existsSync(server)) throw new DemoError(`${server} is not there: run npm run build first.`);
  return server;
}
