import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { METHODS } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { outlets } from '../../src/outlets/registry.ts';
import { startSidecar } from '../../src/sidecar.ts';
import type { Sidecar } from '../../src/sidecar.ts';
import { rawRequest } from '../http/raw-request.ts';

const TOKEN = 'a-token-of-this-test';
const USER = `Basic ${Buffer.from('alice:wonderland').toString('base64')}`;
const WRONG = `Basic ${Buffer.from('alice:looking-glass').toString('base64')}`;

const PATHS = [...Object.keys(outlets), '/', '/nothing', '/v1/metrics', '/v1/traces', '/v1/logs'];
const VARIANTS = [
  '//metrics', '/metrics/', '/./metrics', '/%6detrics', '/%2e%2e/metrics', '/..%2fmetrics', '/metrics%00', '/metrics?x=1',
  '/metrics#x', '/METRICS', '/metrics;x', '/api/v1/stream/', '/api//v1/stream', '/api/v1/%73tream', '/metrics.',
  'http://localhost/metrics', 'http://evil.example/metrics', '*', '/?', '//', '//[', '/%E0%A4%A', '/healthz?token=a-token-of-this-test',
  '/readyz/..', `/${'a'.repeat(4000)}`,
]; // prettier-ignore

let folder: string;
let sidecar: Sidecar;
let ports: readonly number[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-access-'));
  const web = join(folder, 'web.yml');
  writeFileSync(web, JSON.stringify({ basic_auth_users: { alice: hashSync('wonderland', 4) } }));
  sidecar = await startSidecar(
    loadConfig({
      env: { OUTRIDER_TOKEN: TOKEN },
      flags: {
        'otlp-listen': '127.0.0.1:0',
        'metrics-listen': '127.0.0.1:0',
        'otlp-socket': 'false',
        'web-config-file': web,
        interval: '10m',
      },
    }),
  );
  ports = [sidecar.addresses.otlp, sidecar.addresses.metrics].map((at) => Number(new URL(at).port));
});

afterAll(async () => {
  await sidecar.close();
  rmSync(folder, { recursive: true });
});

/** All requests to both listeners, a few at a time. */
async function onBoth(
  requests: ReadonlyArray<readonly [line: string, headers: readonly string[]]>,
  look: (answer: Awaited<ReturnType<typeof rawRequest>>, what: string) => void,
): Promise<void> {
  for (const port of ports) {
    for (let at = 0; at < requests.length; at += 16) {
      await Promise.all(
        requests.slice(at, at + 16).map(async ([line, headers]) => {
          look(await rawRequest(port, line, headers), `${line} ${headers.join(', ')} at ${ports.indexOf(port)}`);
        }),
      );
    }
  }
}

function expectUnauthorized(answer: Awaited<ReturnType<typeof rawRequest>>, what: string): void {
  expect([what, answer.status]).toEqual([what, 401]);
  expect(answer.head).toMatch(
    /^WWW-Authenticate: Bearer realm="outrider", Basic realm="outrider", charset="UTF-8"\r?$/im,
  );
  expect(answer.head).not.toMatch(/outrider-sidecar/i);
  expect(['', 'Unauthorized.\n', '{"code":16,"message":"Unauthorized."}']).toContain(answer.body);
}

const LOCAL = 'Host: localhost';
// An Upgrade, too: nobody listens for one, so that it is a request like any other. A CONNECT is none: its connection ends.
const methods = METHODS.filter((method) => method !== 'CONNECT');

describe('without credentials, on both listeners', () => {
  it('every path is 401, by every method', async () => {
    const all = ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'TRACE'].flatMap((method) =>
      [...PATHS, ...VARIANTS].map((path) => [`${method} ${path} HTTP/1.1`, [LOCAL]] as const),
    );
    const odd = methods.map((method) => [`${method} /metrics HTTP/1.1`, [LOCAL]] as const);
    await onBoth([...all, ...odd], expectUnauthorized);
  });

  it('old versions, upgrades, expectations and preflights are 401', async () => {
    await onBoth(
      [
        ['GET /metrics HTTP/1.0', [LOCAL]],
        ['GET /api/v1/stream HTTP/1.1', [LOCAL, 'Accept: text/event-stream', 'Last-Event-ID: 1']],
        ['GET /metrics HTTP/1.1', [LOCAL, 'Upgrade: websocket']],
        ['POST /v1/metrics HTTP/1.1', [LOCAL, 'Expect: 100-continue', 'Content-Length: 3']],
        ['POST /v1/metrics HTTP/1.1', [LOCAL, 'Expect: the unexpected', 'Content-Length: 3']],
        ['OPTIONS /metrics HTTP/1.1', [LOCAL, 'Origin: http://localhost', 'Access-Control-Request-Method: GET']],
      ],
      expectUnauthorized,
    );
  });

  it('CONNECT ends the connection', async () => {
    for (const port of ports)
      expect(await rawRequest(port, 'CONNECT localhost:80 HTTP/1.1')).toMatchObject({ status: undefined });
  });
});

describe('with credentials that are wrong, on both listeners', () => {
  const authorizations: ReadonlyArray<readonly string[]> = [
    ['Bearer'],
    ['Bearer '],
    ['Bearer wrong-token-of-this-test'],
    [`Bearer ${TOKEN}x`],
    [`Bearer ${TOKEN.slice(1)}`],
    [`Bearer ${TOKEN} x`],
    [`Bearer "${TOKEN}"`],
    [`Bearer,${TOKEN}`],
    [TOKEN],
    [`Token ${TOKEN}`],
    [`Basic ${TOKEN}`],
    [`Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}`],
    [`Basic ${Buffer.from('alice').toString('base64')}`],
    ['Basic ===='],
    ['Basic \u00ff\u00fe'],
    [`Bearer ${TOKEN}\u00e9`],
    [`Bearer ${'x'.repeat(15_000)}`],
    [`Basic ${'QUFB'.repeat(3_700)}`],
    [WRONG],
    [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`],
    [`Bearer ${TOKEN}`, 'Bearer wrong'],
    [USER, `Bearer ${TOKEN}`],
  ];

  it('is 401 and no exception', async () => {
    const requests = authorizations.flatMap((values) => {
      const headers = [LOCAL, ...values.map((value) => `Authorization: ${value}`)];
      return ['GET /metrics HTTP/1.1', 'POST /v1/metrics HTTP/1.1'].map((line) => [line, headers] as const);
    });
    await onBoth(requests, expectUnauthorized);
  });

  it('is 401 for a token in another place', async () => {
    await onBoth(
      [
        [`GET /metrics?token=${TOKEN} HTTP/1.1`, [LOCAL]],
        [
          'GET /metrics HTTP/1.1',
          [LOCAL, `Proxy-Authorization: Bearer ${TOKEN}`, `Cookie: token=${TOKEN}`, `X-Token: ${TOKEN}`],
        ],
      ],
      expectUnauthorized,
    );
  });
});

describe('of foreign hosts and origins', () => {
  const right = `Authorization: Bearer ${TOKEN}`;
  const foreign: ReadonlyArray<readonly string[]> = [
    ['Host: evil.example'],
    ['Host: localhost.evil.example'],
    ['Host: 127.0.0.1.nip.io'],
    ['Host: localhost.'],
    ['Host: 2130706433'],
    ['Host: 127.0.0.2'],
    ['Host: [::ffff:127.0.0.1]'],
    ['Host: '],
    [LOCAL, LOCAL],
    [LOCAL, 'Origin: https://evil.example'],
    [LOCAL, 'Origin: null'],
    [LOCAL, 'Origin: https://localhost'],
    [LOCAL, 'Sec-Fetch-Site: cross-site'],
    [LOCAL, 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
  ];

  it('every path is 403, with credentials and without, and says nothing else', async () => {
    const requests = foreign.flatMap((headers) =>
      [[], [right]].flatMap((credentials) => [
        [`GET /api/v1/stream HTTP/1.1`, [...headers, ...credentials]] as const,
        [`POST /v1/metrics HTTP/1.1`, [...headers, ...credentials]] as const,
      ]),
    );
    const everywhere = [...PATHS, ...VARIANTS].flatMap((path) => [
      [`GET ${path} HTTP/1.1`, ['Host: evil.example', right]] as const,
      [`OPTIONS ${path} HTTP/1.1`, [LOCAL, 'Origin: https://evil.example', right]] as const,
    ]);
    await onBoth([...requests, ...everywhere], ({ status, head, body }, what) => {
      expect([what, status]).toEqual([what, 403]);
      expect(body).not.toMatch(/# TYPE|"workers"/);
      expect(head).not.toMatch(/access-control-allow/i);
    });
  });

  it.each(['1.0', '1.1'])('HTTP/%s without a Host is 403', async (version) => {
    await onBoth([[`GET /metrics HTTP/${version}`, [right]]], ({ status }) => expect(status).toBe(403));
  });
});

describe('with the right credentials', () => {
  it.each([`Bearer ${TOKEN}`, `bearer  ${TOKEN}`, `BEARER ${TOKEN}`, USER, USER.replace('Basic', 'basic')])(
    '%s, all is as without a gate',
    async (authorization) => {
      const headers = [LOCAL, `Authorization: ${authorization}`];
      const [otlp = 0, metrics = 0] = ports;
      const statuses = Object.keys(outlets).filter((path) => !/stream|readyz/.test(path));
      for (const path of statuses) {
        expect([path, (await rawRequest(metrics, `GET ${path} HTTP/1.1`, headers)).status]).toEqual([path, 200]);
      }
      expect((await rawRequest(metrics, 'GET /nothing HTTP/1.1', headers)).status).toBe(404);
      expect((await rawRequest(metrics, 'DELETE /metrics HTTP/1.1', headers)).status).toBe(405);
      const json = [...headers, 'Content-Type: application/json', 'Content-Length: 2'];
      expect(await rawRequest(otlp, 'POST /v1/metrics HTTP/1.1', json, '{}')).toMatchObject({
        status: 200,
        body: '{}',
      });
    },
  );

  it('the address that a request came in at may be named', async () => {
    const headers = [`Authorization: Bearer ${TOKEN}`];
    for (const port of ports) {
      const { status } = await rawRequest(port, 'GET /healthz HTTP/1.1', [`Host: 127.0.0.1:${port}`, ...headers]);
      expect(status).not.toBe(403);
    }
  });

  it('each request on a connection is asked anew', async () => {
    const [, metrics = 0] = ports;
    const again = `GET /healthz HTTP/1.1\r\n${LOCAL}\r\n\r\n`;
    const { body, status } = await rawRequest(
      metrics,
      // Connection: close comes after the second request.
      `GET /healthz HTTP/1.1\r\n${LOCAL}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n${again.trimEnd()}`,
      [],
    );
    expect(status).toBe(200);
    expect(body).toMatch(/^ok\nHTTP\/1\.1 401 /);
  });

  it('what was refused is counted', async () => {
    const [, metrics = 0] = ports;
    const { body } = await rawRequest(metrics, 'GET /metrics HTTP/1.1', [LOCAL, `Authorization: Bearer ${TOKEN}`]);
    for (const reason of ['unauthorized', 'foreign_host', 'foreign_origin']) {
      expect(body).toMatch(new RegExp(`^outrider_http_refused_total\\{reason="${reason}"\\} [1-9]`, 'm'));
    }
  });
});

describe('every answer', () => {
  it('tells browsers to do nothing with it', async () => {
    const lines = [
      'nonsense',
      `GET /${'x'.repeat(20_000)}`,
      'GET /metrics',
      'GET /nothing',
      'DELETE /metrics',
      'GET /api/v1/routes?limit=x',
      'POST /v1/metrics',
    ];
    const hosts = [LOCAL, 'Host: evil.example'];
    const credentials = [[], [`Authorization: Bearer ${TOKEN}`]];
    await onBoth(
      lines.flatMap((line) =>
        hosts.flatMap((host) => credentials.map((more) => [`${line} HTTP/1.1`, [host, ...more]] as const)),
      ),
      ({ head }, what) => {
        const headers = new Map(
          head
            .split('\r\n')
            .slice(1)
            .map((line) => line.split(/: (.*)/s) as [string, string]),
        );
        expect([what, headers.get('Content-Security-Policy')]).toEqual([
          what,
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
        ]);
        expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
        expect(headers.get('X-Frame-Options')).toBe('DENY');
        expect(headers.get('Cache-Control')).toBe('no-store');
        expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
        expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      },
    );
  });
});

it('no parameter opens a connection', async () => {
  let connects = 0;
  const bait = createServer(() => {
    connects += 1;
  }).listen(0, '127.0.0.1');
  await once(bait, 'listening');
  const at = `127.0.0.1:${(bait.address() as AddressInfo).port}`;
  const headers = [LOCAL, `Authorization: Bearer ${TOKEN}`, `X-Forwarded-Host: ${at}`, `Referer: http://${at}/`];
  const names = [
    'target',
    'url',
    'uri',
    'host',
    'endpoint',
    'redirect',
    'callback',
    'service',
    'dsn',
    'watch',
    'config',
  ];
  const paths = PATHS.filter((path) => path !== '/api/v1/stream');
  await onBoth(
    paths.flatMap((path) => [
      [`GET ${path}?${names.map((name) => `${name}=http://${at}/`).join('&')} HTTP/1.1`, headers] as const,
      [`GET http://${at}${path} HTTP/1.1`, headers] as const,
    ]),
    ({ status }, what) => expect([what, status]).not.toEqual([what, undefined]),
  );
  expect(connects).toBe(0);
  bait.close();
});
