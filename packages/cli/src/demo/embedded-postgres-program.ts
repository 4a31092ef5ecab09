import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

// Both applications with a full pool of ten, and somebody who looks in.
const MAX_CONNECTIONS = 25;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: embedded-postgres-program <socket>');

const database = await PGlite.create();
const server = new PGLiteSocketServer({ db: database, path, maxConnections: MAX_CONNECTIONS });
await server.start();

async function stop(): Promise<void> {
  await server.stop();
  await database.close();
  process.exit();
}

process.once('SIGTERM', () => void stop());
process.once('disconnect', () => void stop());
process.stdout.write('ready\n');
