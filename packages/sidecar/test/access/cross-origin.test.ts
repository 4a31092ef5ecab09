import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { startSidecar } from '../../src/sidecar.ts';
import type { Sidecar } from '../../src/sidecar.ts';
import { rawRequest } from '../http/raw-request.ts';

const PAGE = 'https://grafana.example';
const TOKEN = 'a-token-of-this-test';
const ALLOW = /^Access-Control-Allow-/im;

let folder: string;
let sidecar: Sidecar;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-origin-'));
  const file = join(folder, 'outrider.yaml');
  const listen = {
    otlp: { listen: '127.0.0.1:0', socket: false },
    metrics: { listen: '127.0.0.1:0' },
    interval: '10m',
  };
  writeFileSync(file, JSON.stringify({ ...listen, token: TOKEN, allowedOrigins: [PAGE] }));
  sidecar = await startSidecar(loadConfig({ file }));
});

afterAll(async () => {
  await sidecar.close();
  rmSync(folder, { recursive: true });
});

async function ask(
  line: string,
  headers: readonly string[],
  at: 'otlp' | 'metrics' = 'metrics',
): ReturnType<typeof rawRequest> {
  return rawRequest(Number(new URL(sidecar.addresses[at]).port), `${line} HTTP/1.1`, ['Host: localhost', ...headers]);
}

const fromPage = [`Origin: ${PAGE}`, 'Sec-Fetch-Site: cross-site'];
const preflight = ['Access-Control-Request-Method: GET', 'Access-Control-Request-Headers: authorization'];
const right = `Authorization: Bearer ${TOKEN}`;

describe('a page of an allowed origin', () => {
  it.each(['/metrics', '/api/v1/stream', '/nothing'])(
    'may ask about %s without credentials, and is told nothing',
    async (path) => {
      const { status, head, body } = await ask(`OPTIONS ${path}`, [...fromPage, ...preflight]);
      expect([status, body]).toEqual([204, '']);
      expect(head).toContain(`\r\nAccess-Control-Allow-Origin: ${PAGE}\r\n`);
      expect(head).toContain('\r\nAccess-Control-Allow-Methods: GET, HEAD\r\n');
      expect(head).toContain('\r\nAccess-Control-Allow-Headers: Authorization\r\n');
      expect(head).not.toMatch(/^(?:Content-Length|Access-Control-Allow-Credentials):/im);
    },
  );

  it('may read with credentials, and is answered 401 without', async () => {
    const read = await ask('GET /healthz', [...fromPage, right]);
    expect([read.status, read.body]).toEqual([200, 'ok\n']);
    expect(read.head).toContain(`\r\nAccess-Control-Allow-Origin: ${PAGE}\r\n`);
    expect(read.head).toContain('\r\nVary: Origin, Accept-Encoding\r\n');
    expect((await ask('GET /healthz', fromPage)).status).toBe(401);
  });

  it('may push nothing', async () => {
    const push = await ask('POST /v1/metrics', [...fromPage, right], 'otlp');
    const asked = await ask('OPTIONS /v1/metrics', [...fromPage, ...preflight], 'otlp');
    expect([push.status, asked.status]).toEqual([403, 403]);
    expect(push.head + asked.head).not.toMatch(ALLOW);
  });
});

describe('a page of another origin', () => {
  it.each(['https://evil.example', 'http://grafana.example', `${PAGE}.evil.example`, `${PAGE}:8443`, 'null'])(
    '%s may nothing',
    async (origin) => {
      const foreign = [`Origin: ${origin}`];
      for (const [line, headers] of [
        ['GET /healthz', [right]],
        ['OPTIONS /healthz', preflight],
      ] as const) {
        const { status, head } = await ask(line, [...foreign, ...headers]);
        expect(status).toBe(403);
        expect(head).not.toMatch(ALLOW);
      }
    },
  );
});

it('the event stream of an allowed page says so, too, and one without credentials does not open', async () => {
  const stream = await fetch(`${sidecar.addresses.metrics}/api/v1/stream`, {
    headers: { origin: PAGE, authorization: `Bearer ${TOKEN}` },
  });
  expect(stream.status).toBe(200);
  expect(stream.headers.get('access-control-allow-origin')).toBe(PAGE);
  expect(stream.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  await stream.body?.cancel();
  expect((await ask('GET /api/v1/stream', fromPage)).status).toBe(401);
});
