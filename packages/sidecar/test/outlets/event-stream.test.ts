import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGate } from '../../src/http/gate.ts';
import { EventStream } from '../../src/outlets/event-stream.ts';
import { createOutletHandler } from '../../src/outlets/handler.ts';
import { outlets } from '../../src/outlets/registry.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { from, number } from '../store/pushes.ts';
import { EventListener } from './event-listener.ts';
import { outletContext, shopWorker, snapshotOf } from './snapshots.ts';

const WAIT = { timeout: 10_000, interval: 5 };
const STREAM = '/api/v1/stream';

let server: Server;
let port: number;
let stream: EventStream;
let current: () => Snapshot;
let log: string[];
let responses: ServerResponse[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  log = [];
  responses = [];
  current = constant(numbered(0));
  stream = new EventStream({ snapshot: () => current(), log: (level, message) => log.push(`${level} ${message}`) });
  const context = { ...outletContext(), stream };
  server = createServer(
    createOutletHandler({ outlets, context, snapshot: () => current(), gate: createGate({ allowedHosts: [] }) }),
  );
  server.on('request', (_req, res) => responses.push(res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
  if (server.listening) await once(server, 'close');
});

/** A snapshot that can be told from others by its time, in seconds. */
function numbered(seconds: number, of: Partial<Snapshot> = {}): Snapshot {
  return { ...snapshotOf([shopWorker('a')]), time: new Date(seconds * 1000), ...of };
}

function constant(snapshot: Snapshot): () => Snapshot {
  return () => snapshot;
}

/** The times of the snapshots that a client was told of, in seconds. */
function told({ events }: EventListener): readonly number[] {
  return events.map(({ data }) => Date.parse(String(data['timestamp'])) / 1000);
}

async function expectTold(client: EventListener, seconds: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(told(client)).toEqual(seconds), WAIT);
}

function tick(seconds = 1): void {
  vi.advanceTimersByTime(seconds * 1000);
}

async function get(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`);
}

describe('the event stream', () => {
  it('tells at once what /api/v1/metrics tells', async () => {
    const client = await EventListener.connect(port);
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream',
    });
    expect(client.headers['content-encoding']).toBeUndefined();
    await expectTold(client, [0]);
    expect(client.others).toEqual(['retry: 3000']);
    expect(client.events).toEqual([
      { id: '1970-01-01T00:00:00.000Z', event: 'metrics', data: await (await get('/api/v1/metrics')).json() },
    ]);
  });

  it('tells every second the newest, if it is another, in order', async () => {
    const client = await EventListener.connect(port);
    const expected = [0];
    for (let seconds = 1; seconds <= 5; seconds += 1) {
      // Of several in one second, the last is told.
      for (const part of [0.2, 0.5, 0.7]) current = constant(numbered(seconds + part));
      tick();
      expected.push(seconds + 0.7);
      await expectTold(client, expected);
      tick();
    }
    await expectTold(client, expected);
    current = constant(numbered(99));
    tick();
    await expectTold(client, [...expected, 99]);
  });

  it('tells a client that comes in between no sooner than a second after the first event', async () => {
    const first = await EventListener.connect(port);
    await expectTold(first, [0]);
    tick(0.9);
    const second = await EventListener.connect(port);
    await expectTold(second, [0]);
    current = constant(numbered(1));
    tick(0.1);
    await expectTold(first, [0, 1]);
    current = constant(numbered(2));
    tick(1);
    await expectTold(second, [0, 2]);
    await expectTold(first, [0, 1, 2]);
  });

  it('tells of some services only, where that is asked for', async () => {
    const calls = number('calls', 'counter', [[1]]);
    const services = ['shop', 'billing', 'search'].map((name) => from(name, [calls], { 'service.name': name }));
    current = constant(snapshotOf(services));
    const client = await EventListener.connect(port, `${STREAM}?service=shop&service=billing`);
    await vi.waitFor(() => expect(client.events).toHaveLength(1), WAIT);
    expect(client.events[0]?.data['services']).toMatchObject([{ service: 'billing' }, { service: 'shop' }]);
    // One of them is gone: there is nothing to tell of it, and that is no error.
    current = constant(snapshotOf(services.slice(0, 1)));
    tick();
    await vi.waitFor(() => expect(client.events).toHaveLength(2), WAIT);
    expect(client.events[1]?.data['services']).toMatchObject([{ service: 'shop' }]);
  });

  it('writes the JSON of a snapshot once for all that ask the same', async () => {
    let written = 0;
    const counted = (): Snapshot => {
      const snapshot = numbered(1);
      const toISOString = (): string => {
        written += 1;
        return '1970-01-01T00:00:01.000Z';
      };
      return { ...snapshot, time: Object.assign(new Date(0), { toISOString }) };
    };
    current = constant(counted());
    const paths = [STREAM, STREAM, STREAM, `${STREAM}?service=shop`, `${STREAM}?service=shop&service=shop`];
    const clients = await Promise.all(paths.map((path) => EventListener.connect(port, path)));
    expect(written).toBe(2);
    current = constant(counted());
    tick(2);
    await Promise.all(clients.map((client) => vi.waitFor(() => expect(client.events).toHaveLength(2), WAIT)));
    expect(written).toBe(4);
  });

  it('sends a comment every 15 seconds without news', async () => {
    const client = await EventListener.connect(port);
    tick(14);
    tick();
    await vi.waitFor(() => expect(client.others).toEqual(['retry: 3000', ': keep-alive']), WAIT);
    current = constant(numbered(1));
    tick();
    await expectTold(client, [0, 1]);
    tick(14);
    expect(responses[0]?.writableLength).toBe(0);
    tick();
    await vi.waitFor(() => expect(client.others).toHaveLength(3), WAIT);
  });

  it('has no timer and takes no snapshot while nobody listens', async () => {
    expect(vi.getTimerCount()).toBe(0);
    const clients = [await EventListener.connect(port), await EventListener.connect(port)];
    expect([vi.getTimerCount(), stream.clients]).toEqual([1, 2]);
    for (const client of clients) client.close();
    await vi.waitFor(() => expect([vi.getTimerCount(), stream.clients]).toEqual([0, 0]), WAIT);
    await EventListener.connect(port);
    expect([vi.getTimerCount(), stream.clients]).toEqual([1, 1]);
  });

  it('survives a snapshot that cannot be had', async () => {
    const client = await EventListener.connect(port);
    const { length } = log;
    current = () => {
      throw new Error('broken');
    };
    tick();
    expect(log.slice(length)).toEqual(['error the event stream failed']);
    current = constant(numbered(1));
    tick();
    await expectTold(client, [0, 1]);
  });
});

describe('a client that does not read', () => {
  // More than a few of them do not fit into the buffers of two sockets.
  const LARGE = 2 ** 21;

  function large(seconds: number): Snapshot {
    const name = { 'db.client.connection.pool.name': 'x'.repeat(LARGE), 'db.client.connection.state': 'used' };
    const { store } = snapshotOf([from('a', [number('db.client.connection.count', 'updowncounter', [[1, name]])])]);
    return numbered(seconds, { store });
  }

  /** Lets a second pass, and the sockets do what they can. */
  async function turn(): Promise<void> {
    tick();
    await new Promise(setImmediate);
  }

  async function fill(client: EventListener): Promise<number> {
    client.pause();
    const res = responses.at(-1);
    const isFull = (): boolean => (res?.writableLength ?? 1) > 0;
    let seconds = 0;
    while (!isFull() || seconds < 3) {
      seconds += 1;
      current = constant(large(seconds));
      await turn();
    }
    return seconds;
  }

  it('misses events, has one queued at the most, and goes on with the newest', async () => {
    const client = await EventListener.connect(port);
    const last = await fill(client);
    for (let seconds = last + 1; seconds <= last + 20; seconds += 1) {
      current = constant(large(seconds));
      await turn();
      expect(responses[0]?.writableLength).toBeLessThan(1.1 * LARGE + 2 ** 16);
    }
    client.resume();
    await vi.waitFor(() => expect(responses[0]?.writableLength).toBe(0), WAIT);
    current = constant(large(1000));
    await turn();
    await vi.waitFor(() => expect(told(client).at(-1)).toBe(1000), WAIT);
    const times = told(client);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.filter((seconds) => seconds > last && seconds <= last + 20)).toEqual([]);
  });

  it('is ended after half a minute, and does not hold up the others', async () => {
    const stuck = await EventListener.connect(port);
    await fill(stuck);
    const other = await EventListener.connect(port);
    for (let seconds = 0; seconds < 40 && stream.clients > 1; seconds += 1) await turn();
    expect(stream.clients).toBe(1);
    expect(responses[0]?.destroyed).toBe(true);
    current = constant(numbered(5000));
    tick(2);
    await vi.waitFor(() => expect(told(other).at(-1)).toBe(5000), WAIT);
  });

  it('is ended at once when the stream closes, and the server with it', async () => {
    const stuck = await EventListener.connect(port);
    await fill(stuck);
    stream.close();
    server.close();
    // Without an end of its connection this would never come.
    await once(server, 'close');
  });
});

describe('the end of the stream', () => {
  it('is the last that a client hears, though its connection is still open', async () => {
    const client = await EventListener.connect(port);
    const errors: unknown[] = [];
    responses[0]?.on('error', (error) => errors.push(error));
    stream.close();
    current = constant(numbered(1));
    tick(2);
    await client.closed;
    expect(errors).toEqual([]);
  });

  it('ends all clients, lets no more in, and the server closes by itself', async () => {
    const clients = await Promise.all(
      [STREAM, `${STREAM}?service=shop`].map((path) => EventListener.connect(port, path)),
    );
    stream.close();
    await Promise.all(clients.map(({ closed }) => closed));
    expect(clients.map(({ complete }) => complete)).toEqual([true, true]);
    await vi.waitFor(() => expect([stream.clients, vi.getTimerCount()]).toEqual([0, 0]), WAIT);
    expect((await get(STREAM)).status).toBe(503);
    server.close();
    await once(server, 'close');
  });
});

describe('the clients', () => {
  it('are told out of the same bytes, however many they are', async () => {
    await Promise.all(Array.from({ length: 3 }, () => EventListener.connect(port)));
    const chunks: unknown[] = [];
    for (const res of responses) {
      const write = res.write.bind(res);
      vi.spyOn(res, 'write').mockImplementation((chunk: unknown) => {
        chunks.push(chunk);
        return write(chunk);
      });
    }
    current = constant(numbered(1));
    tick(2);
    expect(chunks).toHaveLength(3);
    expect(chunks[0]).toBeInstanceOf(Buffer);
    expect(new Set(chunks).size).toBe(1);
  });
});

describe('what is refused', () => {
  it('is the 101st client, until another one leaves', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => EventListener.connect(port)));
    expect(stream.clients).toBe(100);
    const refused = await get(STREAM);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refused.json()).toEqual({ error: 'There are 100 clients already: try again later.' });
    clients[50]?.close();
    await vi.waitFor(() => expect(stream.clients).toBe(99), WAIT);
    expect((await EventListener.connect(port)).status).toBe(200);
  });

  it.each([
    ['?service=x', 404, 'There is no service "x": the services are "shop".'],
    ['?limit=1', 400, 'There is no parameter "limit": the parameters are service.'],
  ])('is %s', async (query, status, error) => {
    const answer = await get(STREAM + query);
    expect([answer.status, await answer.json(), stream.clients]).toEqual([status, { error }, 0]);
  });

  it.each([
    ['GET', 'Host: evil.example\r\n', 403],
    ['GET', 'Host: localhost\r\nOrigin: http://evil.example\r\n', 403],
    ['POST', 'Host: localhost\r\nContent-Length: 0\r\n', 405],
  ])('is %s with %j', async (method, headers, status) => {
    const socket = connect(port, '127.0.0.1');
    socket.end(`${method} ${STREAM} HTTP/1.1\r\n${headers}\r\n`);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toContain(`HTTP/1.1 ${status} `);
    expect(stream.clients).toBe(0);
    socket.destroy();
  });

  it('is not HEAD, which gets the headers alone', async () => {
    const head = await EventListener.connect(port, STREAM, 'HEAD');
    await head.closed;
    expect(head.status).toBe(200);
    expect(head.headers['content-type']).toBe('text/event-stream');
    expect([head.events, stream.clients]).toEqual([[], 0]);
  });
});
