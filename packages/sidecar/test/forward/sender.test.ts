import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CERTIFICATE } from '../../../conformance/src/certificate.ts';
import { Secret } from '../../src/config/secret.ts';
import { createSender } from '../../src/forward/sender.ts';
import type { Sender, SendOutcome } from '../../src/forward/sender.ts';
import { metricsResponse } from '../../src/receivers/otlp-response.ts';
import { createAuthority } from '../http/certificates.ts';
import { Backend, push } from './backend.ts';

const never = new AbortController().signal;

let backend: Backend;
let sender: Sender;

beforeEach(async () => {
  backend = await Backend.start();
  sender = createSender({
    url: `${backend.endpoint}/base/v1/metrics`,
    headers: { 'x-key': Secret.of('k') },
    timeoutMs: 5_000,
  });
});

afterEach(async () => {
  sender.close();
  await backend.down().catch(() => undefined);
});

function send(gzip = false, by = sender, signal = never): Promise<SendOutcome> {
  const body = push('a', 1);
  return by.send({ body: gzip ? gzipSync(body) : body, gzip, points: 3 }, signal);
}

/** What comes of an answer. */
function answered(
  status: number,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Promise<SendOutcome> {
  backend.answer = (res) => void res.writeHead(status, headers).end(body);
  return send();
}

describe('a request', () => {
  it.each([true, false])('is one of OTLP/HTTP, compressed: %s', async (gzip) => {
    expect(await send(gzip)).toEqual({ kind: 'taken', rejected: 0 });
    const [{ path, headers, pushes } = {}] = backend.taken;
    expect(path).toBe('/base/v1/metrics');
    expect(pushes).toEqual([['a', 1]]);
    expect(headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'x-key': 'k' });
    expect(headers?.['content-encoding']).toBe(gzip ? 'gzip' : undefined);
    expect(headers?.['user-agent']).toMatch(/^outrider-sidecar\/\d/);
    expect(headers?.['transfer-encoding']).toBeUndefined();
  });

  it('goes over the connection of the one before', async () => {
    const ports = new Set<number | undefined>();
    backend.answer = (res) => {
      ports.add(res.socket?.remotePort);
      res.end('answer');
    };
    for (let i = 0; i < 3; i += 1) await send();
    expect(ports.size).toBe(1);
  });
});

describe('an answer', () => {
  it.each([400, 401, 403, 404, 408, 413, 415, 500, 501])('with status %i is final', async (status) => {
    expect(await answered(status, { 'retry-after': '1' })).toEqual({ kind: 'refused', why: `HTTP status ${status}` });
  });

  it.each([429, 502, 503, 504])('with status %i is for now', async (status) => {
    expect(await answered(status)).toEqual({ kind: 'retry', why: `HTTP status ${status}`, askedMs: undefined });
    expect(await answered(status, { 'retry-after': '3' })).toMatchObject({ askedMs: 3_000 });
  });

  it.each([301, 302, 307, 308])('with status %i leads nowhere', async (status) => {
    const elsewhere = await Backend.start();
    expect(await answered(status, { location: `${elsewhere.endpoint}/v1/metrics` })).toMatchObject({ kind: 'refused' });
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.down();
  });

  it('tells how many points were rejected', async () => {
    const protobuf = { 'content-type': 'application/x-protobuf' };
    const json = { 'content-type': 'application/json; charset=utf-8' };
    const partly = { kind: 'taken', rejected: 2 };
    expect(await answered(200, protobuf, metricsResponse('protobuf', 2, 'why'))).toEqual(partly);
    expect(await answered(200, json, metricsResponse('json', 2, 'why'))).toEqual(partly);
    expect(await answered(200, json, '{"partialSuccess":{"rejectedDataPoints":2}}')).toEqual(partly);
  });

  it.each([
    ['application/json', 'no json'],
    ['application/json', 'null'],
    ['application/json', '{"partialSuccess":{"rejectedDataPoints":"-3"}}'],
    ['application/json', '{"partialSuccess":{"rejectedDataPoints":{}}}'],
    ['application/x-protobuf', '\xFF\xFF\xFF'],
    ['text/html', '<html>'],
  ])('that makes no sense tells nothing: %s %j', async (type, body) => {
    expect(await answered(200, { 'content-type': type }, Buffer.from(body, 'latin1'))).toEqual({
      kind: 'taken',
      rejected: 0,
    });
  });

  it('is not read to an end that never comes', async () => {
    backend.answer = (res) => {
      res.writeHead(200);
      const more = (): void => {
        if (!res.destroyed) res.write('x'.repeat(10_000), more);
      };
      more();
    };
    const patient = createSender({ url: `${backend.endpoint}/v1/metrics`, headers: {}, timeoutMs: 60_000 });
    expect(await send(false, patient)).toEqual({ kind: 'taken', rejected: 0 });
    patient.close();
  });
});

describe('a connection', () => {
  it('that cannot be made is for now', async () => {
    await backend.down();
    expect(await send()).toEqual({ kind: 'retry', why: 'ECONNREFUSED', askedMs: undefined });
  });

  it('that breaks before an answer is for now', async () => {
    backend.answer = (res) => void res.destroy();
    expect(await send()).toEqual({ kind: 'retry', why: 'ECONNRESET', askedMs: undefined });
  });

  it('that stays silent is for now, after the timeout', async () => {
    backend.answer = () => undefined;
    const impatient = createSender({ url: `${backend.endpoint}/v1/metrics`, headers: {}, timeoutMs: 50 });
    expect(await send(false, impatient)).toEqual({ kind: 'retry', why: 'no answer within 50 ms', askedMs: undefined });
    impatient.close();
  });

  it('that is given up is for now', async () => {
    backend.answer = () => undefined;
    const giveUp = new AbortController();
    const sending = send(false, sender, giveUp.signal);
    await wait(0);
    giveUp.abort();
    expect(await sending).toMatchObject({ kind: 'retry' });
    expect(await send(false, sender, giveUp.signal)).toMatchObject({ kind: 'retry' });
  });

  it.each([
    ['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 'retry'],
    ['SSH-2.0-OpenSSH_9.9\r\n', 'retry'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'taken'],
  ])('to something odd has an outcome: %j', async (words, kind) => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(words));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const odd = createSender({ url: `http://127.0.0.1:${port}/v1/metrics`, headers: {}, timeoutMs: 5_000 });
    expect(await send(false, odd)).toMatchObject({ kind });
    odd.close();
    server.close();
  });

  it('that answers before it has read anything does not keep the next request waiting', async () => {
    const server: Server = createServer({ pauseOnConnect: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const early = createSender({ url: `http://127.0.0.1:${port}/v1/metrics`, headers: {}, timeoutMs: 60_000 });
    // More than the buffers of both sockets take.
    const large = { body: new Uint8Array(12 * 2 ** 20), gzip: false, points: 1 };
    for (let i = 0; i < 2; i += 1) expect(await early.send(large, never)).toMatchObject({ kind: 'refused' });
    early.close();
    server.close();
  });

  it('over https shows its certificate, and trusts whom it was told to, as the files are then', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outrider-sender-'));
    const authority = createAuthority(folder);
    const { certFile, keyFile } = authority.issue('sidecar', 'DNS:sidecar');
    const { cert, key } = authority.issue('backend', 'DNS:backend.example');
    const names: Array<string | undefined> = [];
    const server = createHttpsServer(
      { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: false },
      (req, res) => {
        names.push((req.socket as TLSSocket).getPeerCertificate().subject?.CN as string | undefined);
        req.resume().once('end', () => res.end());
      },
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const to = { url: `https://127.0.0.1:${port}/v1/metrics`, headers: {}, timeoutMs: 5_000 };
    const tls = { caFile: authority.certFile, certFile, keyFile, serverName: 'backend.example', verify: true };
    const mutual = createSender({ ...to, tls });
    expect(await send(false, mutual)).toMatchObject({ kind: 'taken' });
    const careless = createSender({ ...to, tls: { verify: false } });
    expect(await send(false, careless)).toMatchObject({ kind: 'taken' });
    const strict = createSender({ ...to, tls: { ...tls, serverName: 'other.example' } });
    expect(await send(false, strict)).toMatchObject({ kind: 'retry', why: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(names).toEqual(['sidecar', undefined]);
    rmSync(keyFile);
    expect(await send(false, mutual)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('there is no such file'),
    });
    for (const one of [mutual, careless, strict]) one.close();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('with a secret that cannot be read now is for later', async () => {
    const secret = Secret.inFile('/nowhere/key');
    const locked = createSender({
      url: `${backend.endpoint}/v1/metrics`,
      headers: { 'x-key': secret },
      timeoutMs: 5_000,
    });
    expect(await send(false, locked)).toMatchObject({ kind: 'retry', why: expect.stringContaining('/nowhere/key') });
    expect(backend.taken).toEqual([]);
    locked.close();
  });

  it('over https to somebody without a trusted certificate sends nothing', async () => {
    let asked = 0;
    const server = createHttpsServer(CERTIFICATE, (_req, res) => {
      asked += 1;
      res.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const secure = createSender({ url: `https://127.0.0.1:${port}/v1/metrics`, headers: {}, timeoutMs: 5_000 });
    expect(await send(false, secure)).toMatchObject({ kind: 'retry', why: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(asked).toBe(0);
    secure.close();
    server.close();
  });
});
