import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Listeners } from '../src/listeners.ts';
import type { Place } from '../src/places.ts';

let folder: string;
let listeners: Listeners;
let served: number;
let log: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-listeners-'));
  served = 0;
  log = [];
  const serve: RequestListener = (_, res) => {
    served += 1;
    res.end('served');
  };
  listeners = new Listeners({
    handlers: { 'OTLP listener': serve, 'OTLP socket': serve, 'metrics listener': serve },
    overTcp: {},
    log: (level, message) => log.push(`${level} ${message}`),
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

it('opens nothing after the end', async () => {
  await listeners.close();
  await expect(listeners.open([anywhere])).rejects.toThrow('closed meanwhile');
});
