import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Listeners } from '../src/listeners.ts';
import type { Place } from '../src/places.ts';

let folder: string;
let listeners: Listeners;
let served: number;
let log: string[];
let onLog: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-listeners-'));
  served = 0;
  log = [];
  onLog = () => undefined;
  const serve: RequestListener = (_, res) => {
    served += 1;
    res.end('served');
  };
  listeners = new Listeners({
    handlers: { 'OTLP listener': serve, 'OTLP socket': serve, 'metrics listener': serve },
    overTcp: {},
    log: (level, message) => {
      log.push(`${level} ${message}`);
      onLog();
    },
    onOpen: () => undefined,
    onHttp2: () => undefined,
  });
});

afterEach(async () => {
  await listeners.close();
  rmSync(folder, { recursive: true });
});

const anywhere: Place = { name: 'OTLP listener', at: { host: '127.0.0.1', port: 0 }, setting: 'otlp.listen' };

it('lets requests wait until what was opened is to be used', async () => {
  const path = join(folder, 'one.sock');
  const use = await listeners.open([{ name: 'OTLP socket', at: { path }, setting: 'otlp.socket' }]);
  const socket = connect(path);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  // Another one that is answered by the server itself shows that the first was read.
  const malformed = connect(path).end('nonsense\r\n\r\n');
  await once(malformed.resume(), 'close');
  expect(served).toBe(0);
  use();
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 .*served$/s);
  socket.destroy();
});

it('keeps what is wanted again, and closes what is not', async () => {
  (await listeners.open([anywhere]))();
  const first = listeners.where('OTLP listener');
  (await listeners.open([anywhere]))();
  expect(listeners.where('OTLP listener')).toBe(first);
  expect(log).toEqual(['info listening']);
  (await listeners.open([]))();
  expect(listeners.where('OTLP listener')).toBeUndefined();
  await expect(fetch(first ?? '')).rejects.toThrow('fetch failed');
});

it('has one that cannot be opened again when the port is free again', async () => {
  (await listeners.open([anywhere]))();
  const port = Number(new URL(listeners.where('OTLP listener') ?? '').port);
  (await listeners.open([]))();
  const before: Place = { ...anywhere, at: { host: '127.0.0.1', port } };
  (await listeners.open([before]))();
  const socketAt = (...path: string[]): Place => {
    return { name: 'OTLP socket', at: { path: join(folder, ...path) }, setting: 'otlp.socket' };
  };
  let held: Socket | undefined;
  const thief = createServer();
  thief.on('error', () => setImmediate(() => thief.listen(port, '127.0.0.1')));
  // As soon as the new listener is open, a request holds up its end, and somebody else waits for the port.
  onLog = () => {
    if (held !== undefined) return;
    held = connect(port, '127.0.0.1').on('error', () => undefined);
    held.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    thief.listen(port, '127.0.0.1');
  };
  const wanted = [
    { ...anywhere, at: { host: '0.0.0.0', port } },
    ...Array.from({ length: 10 }, (_, index) => socketAt(`${index}.sock`)),
    socketAt('nowhere', 'x.sock'),
  ];
  await expect(listeners.open(wanted)).rejects.toThrow('its directory does not exist');
  expect(log.at(-1)).toBe('error a listener is gone');
  thief.close();
  held?.destroy();
  (await listeners.open([before]))();
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('served');
});

it('leaves the socket of another process alone that is in the place of its own, and has its own again after that', async () => {
  const path = join(folder, 'one.sock');
  (await listeners.open([{ name: 'OTLP socket', at: { path }, setting: 'otlp.socket' }]))();
  rmSync(path);
  const other = createServer((socket) => socket.on('error', () => undefined).end('other')).listen(path);
  await once(other, 'listening');
  await listeners.lookForSocket();
  expect(log.at(-1)).toBe('error another process has put its socket in the place of this one');
  const [answer] = (await once(connect(path), 'data')) as [Buffer];
  expect(answer.toString()).toBe('other');
  other.close();
  await once(other, 'close');
  await listeners.lookForSocket();
  expect(log.at(-1)).toBe('warn the socket was removed, and is there again');
});

it('opens nothing after the end', async () => {
  await listeners.close();
  await expect(listeners.open([anywhere])).rejects.toThrow('closed meanwhile');
});
