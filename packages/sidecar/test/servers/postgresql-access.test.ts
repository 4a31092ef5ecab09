import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { Secret } from '../../src/config/secret.ts';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { postgresql } from '../../src/servers/postgresql.ts';
import { createAuthority } from '../http/certificates.ts';
import type { Authority } from '../http/certificates.ts';
import { at, context, failure, look, until, values } from './postgresql-look.ts';

const HBA = `
host    all    postgres       127.0.0.1/32  trust
local   all    postgres                     trust
hostssl secret all            127.0.0.1/32  scram-sha-256
host    secret all            127.0.0.1/32  reject
host    all    outrider       127.0.0.1/32  scram-sha-256
host    all    old            127.0.0.1/32  md5
host    all    clear          127.0.0.1/32  password
local   all    clear                        password
host    all    foreign_user   127.0.0.1/32  trust
`;
// Not ASCII, since that takes another form on its way: a full-width letter, a soft hyphen.
const PASSWORD = 'ſecret-Ａ\u00AD-pässword';
const WANTED = 'postgresql.database.count';
let authority: Authority;
let folder: string;
let server: TestServer;
let admin: pg.Client;
const closing: Array<() => unknown> = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-certificates-'));
  authority = createAuthority(folder);
  const { cert, key } = authority.issue('localhost', 'DNS:localhost');
  const files = { 'pg_hba.conf': HBA, 'server.crt': cert, 'server.key': key };
  server = await startPostgres({ files, maxConnections: 12, settings: { ssl: 'on' } });
  admin = new pg.Client({ connectionString: server.url });
  admin.on('error', () => undefined);
  await admin.connect();
  await admin.query('CREATE DATABASE secret');
  await admin.query(`CREATE ROLE outrider LOGIN PASSWORD '${PASSWORD}'; CREATE ROLE clear LOGIN PASSWORD 'seen'`);
  await admin.query("SET password_encryption = 'md5'; CREATE ROLE old LOGIN PASSWORD 'old secret'");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

afterAll(async () => {
  await admin?.end();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

function watch(options: Partial<WatchedServer> & { secret?: string } = {}): Collector {
  const collector = postgresql(at(server.port, { secret: PASSWORD, ...options }), context);
  closing.push(() => collector.close?.());
  return collector;
}

test('a password is proved by SCRAM-SHA-256, by MD5 where the server has nothing better', async () => {
  const { rows } = await admin.query("SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN ('outrider', 'old')");
  expect(rows).toContainEqual({
    rolname: 'outrider',
    rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$/) as string,
  });
  expect(rows).toContainEqual({ rolname: 'old', rolpassword: expect.stringMatching(/^md5/) as string });
  expect(values(await look(watch()))[WANTED]).toBe(2);
  expect(values(await look(watch({ user: 'old', secret: 'old secret' })))[WANTED]).toBe(2);
});

test('a password in clear text is shown on this machine only', async () => {
  expect(values(await look(watch({ user: 'clear', secret: 'seen' })))[WANTED]).toBe(2);
  const path = join(server.folder, `.s.PGSQL.${server.port}`);
  expect(values(await look(watch({ user: 'clear', secret: 'seen', address: { path } })))[WANTED]).toBe(2);
});

test.each([
  ['a wrong password', { secret: 'hunter2' }, 'password authentication failed for user "outrider" (SQLSTATE 28P01)'],
  ['no password', { password: Secret.of('') }, 'the server asks for a password; there is none'],
  ['a role that is not there', { user: 'foreign_user' }, 'role "foreign_user" does not exist (SQLSTATE 28000)'],
  ['a database that is not there', { database: 'no' }, 'database "no" does not exist (SQLSTATE 3D000)'],
  [
    'a user that nothing is said about',
    { user: 'stranger' },
    'no pg_hba.conf entry for host "127.0.0.1", user "stranger", database "postgres", no encryption (SQLSTATE 28000)',
  ],
  [
    'TLS that is wanted',
    { database: 'secret' },
    'pg_hba.conf rejects connection for host "127.0.0.1", user "outrider", database "secret", no encryption (SQLSTATE 28000)',
  ],
])('%s is said as it is, and without a secret', async (_, options, message) => {
  const told = await failure(watch(options));
  expect(told).toBe(message);
  expect(told).not.toMatch(/hunter2|pässword/);
});

test('too many connections are said', async () => {
  const taken: pg.Client[] = [];
  closing.push(() => Promise.all(taken.map((each) => each.end())));
  // Three are kept for superusers.
  for (let i = 0; i < 9; i++) {
    const each = new pg.Client({ connectionString: server.url });
    await each.connect();
    taken.push(each);
  }
  expect(await failure(watch())).toMatch(/^remaining connection slots are reserved .*\(SQLSTATE 53300\)$/);
});

test('TLS is spoken with a server whose certificate has the name and is of the authority', async () => {
  const caFile = authority.certFile;
  const otherCaFile = createAuthority(folder, 'another').certFile;
  const port = server.port;
  const ofLocalhost = { address: { host: 'localhost', port }, database: 'secret' };
  expect(values(await look(watch({ ...ofLocalhost, tls: { caFile, verify: true } })))[WANTED]).toBe(2);
  const { rows } = await admin.query(
    "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'outrider'",
  );
  expect(rows).toEqual([{ ssl: true }]);
  expect(await failure(watch({ tls: { caFile, verify: true } }))).toMatch(/127\.0\.0\.1.*not in the cert/);
  expect(await failure(watch({ ...ofLocalhost, tls: { caFile: otherCaFile, verify: true } }))).toMatch(/certificate/);
  expect(await failure(watch({ ...ofLocalhost, tls: { verify: true } }))).toMatch(/certificate/);
  expect(values(await look(watch({ tls: { caFile, serverName: 'localhost', verify: true } })))[WANTED]).toBe(2);
  expect(values(await look(watch({ tls: { verify: false } })))[WANTED]).toBe(2);
});

test('a password is read again for each connection', async () => {
  const file = join(server.folder, 'password');
  writeFileSync(file, 'wrong\n');
  const collector = watch({ password: Secret.inFile(file) });
  expect(await failure(collector)).toContain('28P01');
  writeFileSync(file, `${PASSWORD}\n`);
  expect(values(await look(collector))[WANTED]).toBe(2);
  writeFileSync(file, 'wrong\n');
  expect(values(await look(collector))[WANTED]).toBe(2);
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'outrider'");
  await until(async () => (await failure(collector)).includes('28P01'));
});

test('what the environment says to clients of PostgreSQL is not for us', async () => {
  for (const [name, value] of Object.entries({
    PGHOST: '192.0.2.1',
    PGPORT: '1',
    PGUSER: 'stranger',
    PGDATABASE: 'no',
    PGPASSWORD: PASSWORD,
    PGSSLMODE: 'require',
    PGOPTIONS: '-c statement_timeout=1',
    PGAPPNAME: 'impostor',
  })) {
    vi.stubEnv(name, value);
  }
  expect(values(await look(watch()))[WANTED]).toBe(2);
  expect(await failure(watch({ password: Secret.of('') }))).toBe('the server asks for a password; there is none');
});
