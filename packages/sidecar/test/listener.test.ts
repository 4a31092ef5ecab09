import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createCredentials } from '../src/http/credentials.ts';
import { createGate } from '../src/http/gate.ts';
import { securityHeaders } from '../src/http/security-headers.ts';
import { Secret } from '../src/config/secret.ts';
import { listen } from '../src/listener.ts';
import type { Listener } from '../src/listener.ts';
import { createOtlpHandler } from '../src/receivers/otlp-http.ts';
import { rawRequest } from './http/raw-request.ts';

const TOKEN = 'a-token-of-this-test';

let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

async function serve(handler: RequestListener, headers?: Readonly<Record<string, string>>): Promise<number> {
  const target = { at: { host: '127.0.0.1', port: 0 }, setting: 'otlp.listen' };
  listener = await listen(handler, { ...target, headers: () => securityHeaders(headers) });
  return Number(new URL(listener.where).port);
}

describe('a request that waits to be asked for its body', () => {
  const sink = { push: () => new Map() };
  const credentials = createCredentials({ token: Secret.of(TOKEN), users: {}, clock: () => 0 });
  const receiver = createOtlpHandler({ sink, gate: createGate({ allowedHosts: [], credentials }) });
  const head =
    'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\n';

  it('is asked once it was let in', async () => {
    const socket = connect(await serve(receiver), '127.0.0.1');
    socket.write(`${head}Connection: close\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
    const [asked] = (await once(socket, 'data')) as [Buffer];
    expect(asked.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('{}');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each([
    ['without credentials', '', 401],
    ['on another path', `Authorization: Bearer ${TOKEN}\r\n`, 404],
  ])('is not asked %s', async (_, header, status) => {
    const port = await serve(receiver);
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `${status === 404 ? head.replace('/v1/metrics', '/nothing') : head}${header}Connection: close\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe('headers', () => {
  const answer: RequestListener = (_, res) => res.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok');

  it('of the web configuration file take the place of ours, or take one away', async () => {
    const port = await serve(answer, {
      'Content-Security-Policy': "default-src 'self'",
      'X-Frame-Options': '',
      'Strict-Transport-Security': 'max-age=60',
    });
    const { head } = await rawRequest(port, 'GET / HTTP/1.1');
    expect(head).toContain("\r\nContent-Security-Policy: default-src 'self'\r\n");
    expect(head).toContain('\r\nStrict-Transport-Security: max-age=60\r\n');
    expect(head).not.toContain('X-Frame-Options');
    expect(head).toContain('\r\nX-Content-Type-Options: nosniff\r\n');
  });
});
