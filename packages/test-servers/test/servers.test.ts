import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startMariadb, startMemcached, startPgBouncer, startPostgres, startRedis } from '../src/index.ts';

describe.each([
  ['postgres', startPostgres],
  ['mariadb', startMariadb],
  ['redis', startRedis],
  ['memcached', startMemcached],
  ['pgbouncer', startPgBouncer],
] as const)('%s', (_name, start) => {
  it('runs until it is stopped, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const server = await start();
    expect(existsSync(server.folder)).toBe(true);
    expect(process.kill(server.pid, 0)).toBe(true);
    await server.stop();
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
    expect(existsSync(server.folder)).toBe(false);
  });
});
