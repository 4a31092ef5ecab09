import { startMariadb, startPostgres, startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoEnvironment } from '../../src/demo/environment.ts';
import type { Child } from '../../src/demo/process.ts';
import { samplesOf } from './exposition.ts';
import { expectMeasured } from './secrets-measured.ts';
import { PUSH_INTERVAL_MS, Stage } from './stage.ts';

const PROGRAM = fileURLToPath(new URL('programs/secret-app.mjs', import.meta.url));
const LEAST = 40;

/** What the application does in a request each. */
const USES = ['postgres', 'mariadb', 'redis', 'outgoing', 'rest'];

// A part of one is one: where a text is cut off, its beginning is left.
const SECRET = /s3cr3t\w*/gi;

const planted = new Set<string>();

function secret(name: string): string {
  planted.add(name);
  return `s3cr3t${name}`;
}

/** The application, and all that it says. */
interface Observed {
  readonly process: ChildProcess;
  readonly url: string;
  output: string;
  /** What it pushed. */
  readonly bodies: string[];
}

describe('secrets', () => {
  let servers: readonly TestServer[];
  let stage: Stage;
  let sidecar: Child;
  let relay: Server;
  const bodies: string[] = [];
  const sidecarOutput: string[] = [];
  const applications: ChildProcess[] = [];

  beforeAll(async () => {
    servers = await Promise.all([startPostgres(), startMariadb(), startRedis()]);
  });

  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  beforeEach(async () => {
    bodies.length = 0;
    sidecarOutput.length = 0;
    stage = await Stage.open();
    sidecar = await stage.startSidecar();
    const heard = sidecar.line((line) => void sidecarOutput.push(line), 2 ** 30);
    heard.catch(() => undefined);
    relay = await relayTo(stage.ports.otlp, bodies);
  });

  afterEach(async () => {
    for (const application of applications.splice(0)) {
      const closed = application.exitCode === null ? once(application, 'close') : undefined;
      application.kill('SIGKILL');
      await closed;
    }
    relay.closeAllConnections();
    relay.close();
    await stage.close();
  });

  async function start(environment: NodeJS.ProcessEnv = {}): Promise<Observed> {
    const { port } = relay.address() as AddressInfo;
    const [postgres, mariadb, redis] = servers.map(({ url }) => url);
    const child = spawn(process.execPath, [PROGRAM], {
      env: demoEnvironment({
        OTEL_SERVICE_NAME: 'acceptance-secrets',
        OTEL_METRIC_EXPORT_INTERVAL: String(PUSH_INTERVAL_MS),
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${secret('OtlpPassword')}@127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_HEADERS: `x-key=${secret('OtlpHeader')}`,
        POSTGRES: postgres,
        MARIADB: mariadb,
        REDIS: redis,
        ...environment,
      }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    applications.push(child);
    const observed = { process: child, url: '', output: '', bodies };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (observed.output += chunk.toString()));
    }
    const ended = once(child, 'close').then(() => {
      throw new Error(`the application ended: ${observed.output}`);
    });
    const [listening] = (await Promise.race([once(child, 'message'), ended])) as [{ readonly port: number }];
    ended.catch(() => undefined);
    return Object.assign(observed, { url: `http://127.0.0.1:${listening.port}` });
  }

  /** What all that anybody can read holds of any secret, by where it can be read. */
  async function found(application: Observed): Promise<Readonly<Record<string, readonly string[]>>> {
    const said = {
      'log of the application': application.output,
      'pushed bodies': application.bodies.join('\n'),
      'log of the sidecar': sidecarOutput.join('\n'),
      metrics: await stage.exposition(),
      'api/v1/metrics': await (await stage.get('api/v1/metrics')).text(),
      'api/v1/slow-requests': await (await stage.get('api/v1/slow-requests?limit=1000')).text(),
    };
    for (const words of Object.values(said)) expect(words).not.toBe('');
    return Object.fromEntries(
      Object.entries(said)
        .map(([where, words]) => [where, [...new Set(words.match(SECRET))]] as const)
        .filter(([, secrets]) => secrets.length > 0),
    );
  }

  it('are in nothing that is logged, pushed or shown', { timeout: 120_000 }, async () => {
    const application = await start();
    for (const use of USES) await expectDone(application.url, use);
    await fetch(`${application.url}/fail/${secret('FailingParameter')}?token=${secret('FailingQuery')}`);
    await fetch(`${application.url}/${secret('UnmatchedPath')}?token=${secret('UnmatchedQuery')}`);
    await sendNonsense(stage.ports.otlp);

    // All of it is there, or nothing could be found in it.
    await vi.waitFor(async () => expectMeasured(samplesOf(await stage.exposition())), 20_000);
    const log = application.output;
    expect(log).not.toContain('"suppressed"');
    for (const system of ['postgresql', 'mysql', 'redis']) expect(log).toContain(`"system":"${system}"`);
    for (const msg of ['request', 'query', 'operation']) expect(log).toContain(`"msg":"slow ${msg}"`);
    for (const kind of ['pool', 'cache', 'queue', 'breaker']) expect(log).toContain(`${kind} "wrong"`);
    await vi.waitFor(() => expect(application.bodies.at(-1)).toContain('"route":"/fail/:id"'), 10_000);

    application.process.send('what was planted');
    const [answer] = (await once(application.process, 'message')) as [{ readonly planted: readonly string[] }];
    expect(new Set([...planted, ...answer.planted]).size).toBeGreaterThanOrEqual(LEAST);
    expect(await found(application)).toEqual({});
  });

  it.each([
    ['label', ['pushed bodies', 'metrics']],
    ['log', ['log of the application']],
  ])('would be found in a %s', async (leak, where) => {
    const application = await start({ LEAK: leak });
    await vi.waitFor(async () => {
      expect(await found(application)).toEqual(Object.fromEntries(where.map((place) => [place, ['s3cr3tLeaked']])));
    }, 10_000);
  });
});

/** Has the application do something, in a request that has secrets wherever there may be any. */
async function expectDone(url: string, use: string): Promise<void> {
  const response = await fetch(`${url}/${use}/${secret('RequestParameter')}?token=${secret('RequestQuery')}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret('RequestAuthorization')}`,
      cookie: `sid=${secret('RequestCookie')}`,
      'content-type': 'application/json',
      referer: `http://127.0.0.1/?${secret('RequestReferer')}`,
      traceparent: secret('RequestTraceparent'),
      'user-agent': secret('RequestAgent'),
      'x-api-key': secret('RequestKey'),
      'x-forwarded-for': secret('RequestForwarded'),
      // No id that would be taken over.
      'x-request-id': `${secret('RequestId')} {}`,
    },
    body: JSON.stringify({ password: secret('RequestBody') }),
  });
  expect(await response.json()).toEqual({ answer: expect.any(String) });
}

/** Sends the sidecar what it cannot understand. */
async function sendNonsense(port: number): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret('PushedHeader')}` };
  for (const path of ['v1/metrics', secret('PushedPath')]) {
    const url = `http://127.0.0.1:${port}/${path}?${secret('PushedQuery')}`;
    const response = await fetch(url, { method: 'POST', headers, body: `{ "${secret('PushedBody')}" }` });
    expect(response.ok).toBe(false);
  }
}

/** Passes on what is pushed, and keeps it. */
async function relayTo(port: number, bodies: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await text(request);
      const answer = await fetch(`http://127.0.0.1:${port}${request.url}`, {
        method: 'POST',
        headers: { 'content-type': request.headers['content-type'] ?? '' },
        body,
      });
      bodies.push(body);
      const name = 'outrider-sidecar';
      response.writeHead(answer.status, { [name]: answer.headers.get(name) ?? '' }).end(await answer.text());
    };
    pass().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
