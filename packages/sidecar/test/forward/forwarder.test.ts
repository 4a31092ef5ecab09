import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ForwardBackend } from '../../src/config/forward-backends.ts';
import { Forwarder } from '../../src/forward/forwarder.ts';
import { Backend, forwardTo, push, upTo } from './backend.ts';
import { ledger } from './ledger.ts';
import type { Ledger } from './ledger.ts';

// What stands for ten minutes: 600 pushes, one a second, of each sender. A second is as long as a push takes.
const MINUTES_10 = 600;
const SENDERS = ['a', 'b', 'c'];
const POINTS = 3;

/** The memory of a queue that has a spool. */
const SPOOLED_QUEUE_BYTES = 100_000;

// Back-off from 2 ms to 20 ms in place of 1 s to 30 s.
const retry = { initialMs: 2, maximumMs: 20, askedMaximumMs: 50 };

let folder: string;
let backends: Backend[];
let forwarders: Forwarder[];
let log: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-forward-'));
  backends = [];
  forwarders = [];
  log = [];
});

afterEach(async () => {
  await Promise.all(forwarders.map((forwarder) => forwarder.close()));
  await Promise.allSettled(backends.map((backend) => backend.down()));
  rmSync(folder, { recursive: true });
});

async function startBackend(): Promise<Backend> {
  const one = await Backend.start();
  backends.push(one);
  return one;
}

function forwarding(...to: ForwardBackend[]): Forwarder {
  const forwarder = new Forwarder(to, {
    log: (level, message, fields) => log.push(`${level} ${message} ${JSON.stringify(fields)}`),
    clock: () => performance.now(),
    retry,
    spoolPauseMs: 20,
  });
  forwarders.push(forwarder);
  return forwarder;
}

/**
 * Pushes of all senders, `from` to `to`; every one is followed by a look at the accounts. A second is over when all of it
 * is in the queues, and on disk where there is one.
 *
 * @returns the most bytes of memory that a queue took
 */
async function pushing(
  forwarder: Forwarder,
  from: number,
  to: number,
  names: readonly string[],
  pad = 0,
): Promise<number> {
  let mostBytes = 0;
  const look = (): void => {
    for (const name of names) {
      const { memory = 0, disk } = ledger(forwarder, name).size;
      mostBytes = Math.max(mostBytes, memory);
      // The half of the memory that is for what is on its way to the disk is empty again.
      if (disk !== undefined) expect(memory).toBeLessThan(0.6 * SPOOLED_QUEUE_BYTES);
    }
  };
  for (let second = from; second <= to; second += 1) {
    for (const sender of SENDERS) forwarder.accept(push(sender, second, { points: POINTS, pad }), 'protobuf', POINTS);
    for (const name of names) ledger(forwarder, name);
    await forwarder.prepared();
    await vi.waitFor(look, { timeout: 10_000, interval: 1 });
  }
  return mostBytes;
}

/** Waits until nothing waits for the backend any more, looking at the accounts all the while. */
function drained(forwarder: Forwarder, name: string): Promise<Ledger> {
  return vi.waitFor(
    () => {
      const found = ledger(forwarder, name);
      expect(found.queued).toBe(0);
      return found;
    },
    { timeout: 20_000, interval: 5 },
  );
}

const ALL = MINUTES_10 * SENDERS.length * POINTS;

function everything(seconds = MINUTES_10): Readonly<Record<string, number[]>> {
  return Object.fromEntries(SENDERS.map((sender) => [sender, upTo(seconds)]));
}

describe('a backend that is down for ten minutes and comes back', () => {
  it('gets everything in order out of memory', async () => {
    const up = await startBackend();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    await up.down();
    await pushing(forwarder, 1, MINUTES_10, ['up']);
    expect(ledger(forwarder, 'up')).toMatchObject({ accepted: ALL, sent: 0, queued: ALL, dropped: 0 });
    await up.up();
    expect(await drained(forwarder, 'up')).toMatchObject({ accepted: ALL, sent: ALL, dropped: 0 });
    expect(up.pushes).toEqual(everything());
    expect(up.points).toBe(ALL);
  });

  it('gets everything in order out of memory and spool, and the spool is empty after', async () => {
    const up = await startBackend();
    const queueBytes = SPOOLED_QUEUE_BYTES;
    const spool = new Map<string, unknown>([['folder', join(folder, 'spool')]]);
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up', queueBytes, spool }));
    await up.down();
    const mostBytes = await pushing(forwarder, 1, MINUTES_10, ['up'], 40);
    expect(mostBytes).toBeLessThanOrEqual(queueBytes);
    const { dropped, size } = ledger(forwarder, 'up');
    expect(dropped).toBe(0);
    expect(size.disk).toBeGreaterThan(1_000_000);
    await up.up();
    expect(await drained(forwarder, 'up')).toMatchObject({ accepted: ALL, sent: ALL, dropped: 0, size: { disk: 0 } });
    expect(up.pushes).toEqual(everything());
    expect(readdirSync(join(folder, 'spool'))).toEqual([]);
  });

  it('gets the newest, in order, where memory is too small; the oldest are counted as dropped', async () => {
    const up = await startBackend();
    const queueBytes = 100_000;
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up', queueBytes }));
    await up.down();
    const mostBytes = await pushing(forwarder, 1, 200, ['up']);
    expect(mostBytes).toBeLessThanOrEqual(queueBytes);
    await up.up();
    const { sent, dropped, reasons } = await drained(forwarder, 'up');
    expect(dropped).toBeGreaterThan(900);
    expect(reasons).toEqual({ queue_full: dropped });
    expect(up.points).toBe(sent);
    const { a = [] } = up.pushes;
    expect(a).toEqual(upTo(200).slice(-a.length));
    expect(log.filter((line) => line.includes('is full'))).toHaveLength(1);
  });

  it('gets the newest where the spool is too small, too', async () => {
    const up = await startBackend();
    const spool = new Map<string, unknown>([
      ['folder', join(folder, 'spool')],
      ['bytes', 200_000],
    ]);
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up', queueBytes: SPOOLED_QUEUE_BYTES, spool }));
    await up.down();
    await pushing(forwarder, 1, 200, ['up'], 40);
    expect(ledger(forwarder, 'up').size.disk).toBeLessThanOrEqual(200_000);
    await up.up();
    const { sent, dropped, reasons } = await drained(forwarder, 'up');
    expect(dropped).toBeGreaterThan(900);
    expect(reasons).toEqual({ queue_full: dropped });
    expect(up.points).toBe(sent);
    const { a = [] } = up.pushes;
    expect(a.length).toBeGreaterThan(25);
    expect(a).toEqual(a.toSorted((one, other) => one - other));
    // Those that the disk had room for, 48 of three senders: the last that made room there may have done so while those of
    // the memory were on their way.
    expect(a.slice(-15)).toEqual(upTo(200).slice(-15));
  });

  it('gets everything in order though the sidecar restarts in between', async () => {
    const up = await startBackend();
    const spool = new Map<string, unknown>([['folder', join(folder, 'spool')]]);
    const to = forwardTo(up.endpoint, { name: 'up', queueBytes: SPOOLED_QUEUE_BYTES, spool });
    await up.down();
    const before = forwarding(to);
    await pushing(before, 1, 100, ['up'], 40);
    await before.close();
    const left = ledger(before, 'up');
    expect(left).toMatchObject({ sent: 0, dropped: 0, size: { memory: 0 } });

    const after = forwarding(to);
    await vi.waitFor(() => expect(ledger(after, 'up').sources.spool).toBe(left.queued), 10_000);
    await pushing(after, 101, 200, ['up'], 40);
    await up.up();
    const { accepted, sent, dropped } = await drained(after, 'up');
    const all = 200 * SENDERS.length * POINTS;
    expect({ accepted, sent, dropped }).toEqual({ accepted: all, sent: all, dropped: 0 });
    expect(up.pushes).toEqual(everything(200));
  });
});

describe('the accounts', () => {
  it('hold at every moment, whatever the backends do, and one does not disturb another', async () => {
    const wild = await startBackend();
    const calm = await startBackend();
    const spool = new Map<string, unknown>([['folder', folder]]);
    const forwarder = forwarding(
      forwardTo(wild.endpoint, { name: 'wild', queueBytes: SPOOLED_QUEUE_BYTES, timeout: '100ms', spool }),
      forwardTo(calm.endpoint, { name: 'calm', compression: 'none' }),
    );
    let second = 0;
    const phase = async (change: () => unknown): Promise<void> => {
      await change();
      await pushing(forwarder, second + 1, (second += 20), ['wild', 'calm']);
      // Something must come of it before the next.
      const { asked } = wild;
      const before = asked.length;
      await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before), 10_000);
      ledger(forwarder, 'wild');
    };
    const status = (code: number, headers = {}) => {
      wild.answer = (res) => void res.writeHead(code, headers).end();
    };
    await phase(() => undefined);
    await phase(() => (wild.answer = (res) => setTimeout(() => res.end(), 20)));
    await phase(() => status(503, { 'retry-after': '0' }));
    await phase(() => status(429));
    await phase(() => status(400));
    await phase(() => status(307, { location: calm.endpoint }));
    await phase(
      () =>
        (wild.answer = (res) => {
          res.setHeader('content-type', 'application/json');
          res.end('{"partialSuccess":{"rejectedDataPoints":"2"}}');
        }),
    );
    await phase(() => (wild.answer = (res) => void res.destroy()));
    await phase(() => (wild.answer = (res) => void res.end()));
    const found = await drained(forwarder, 'wild');
    const all = second * SENDERS.length * POINTS;
    expect(found.accepted).toBe(all);
    expect(found.reasons.refused).toBeGreaterThan(0);
    expect(found.reasons.rejected_by_backend).toBeGreaterThan(0);
    expect(found.results).toMatchObject({
      ok: expect.any(Number),
      partial: found.reasons.rejected_by_backend! / 2,
      retried: expect.any(Number),
      refused: found.reasons.refused! / POINTS,
    });
    expect(await drained(forwarder, 'calm')).toMatchObject({ accepted: all, sent: all, dropped: 0 });
    expect(calm.pushes.a).toEqual(upTo(second));
  });

  it('count what cannot be encoded, and nothing of a request without points', async () => {
    const up = await startBackend();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    forwarder.accept(push('a', 1), 'protobuf', 0);
    expect(ledger(forwarder, 'up').sources).toEqual({});
    forwarder.accept(Buffer.from('no json'), 'json', 7);
    forwarder.accept(push('a', 2), 'protobuf', 3);
    const found = await drained(forwarder, 'up');
    expect(found).toMatchObject({ accepted: 10, sent: 3, reasons: { unencodable: 7 } });
    expect(up.pushes).toEqual({ a: [2] });
  });

  it('let pass the largest that the receiver may be told to take', async () => {
    const up = await startBackend();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    const whole = new Uint8Array(40 * 2 ** 20);
    const body = push('a', 1);
    whole.set(body);
    forwarder.accept(whole.subarray(0, body.length), 'protobuf', 3);
    expect(await drained(forwarder, 'up')).toMatchObject({ sent: 3, dropped: 0 });
  });

  it('bound what waits to be encoded', async () => {
    const up = await startBackend();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    const large = Buffer.alloc(10 * 2 ** 20);
    for (let i = 0; i < 5; i += 1) forwarder.accept(large, 'json', 1);
    // Three of ten mebibytes fit, and two did not, before any was looked at.
    expect(ledger(forwarder, 'up')).toMatchObject({ accepted: 5, queued: 3, reasons: { queue_full: 2 } });
    await drained(forwarder, 'up');
  });

  it('count tiny requests by what they cost', async () => {
    const up = await startBackend();
    await up.down();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up', queueBytes: 10_240 }));
    for (let i = 0; i < 100; i += 1) forwarder.accept(push('a', i, { points: 1 }), 'protobuf', 1);
    await forwarder.prepared();
    expect(ledger(forwarder, 'up').dropped).toBeGreaterThan(80);
  });
});

describe('a push of no use', () => {
  it('is counted and not forwarded', async () => {
    const up = await startBackend();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    forwarder.accept(push('a', 1), 'protobuf', 3, false);
    forwarder.accept(push('a', 2), 'protobuf', 3, true);
    expect(await drained(forwarder, 'up')).toMatchObject({ accepted: 6, sent: 3, reasons: { unusable: 3 } });
    expect(up.pushes).toEqual({ a: [2] });
  });
});

describe('compression', () => {
  it('is for requests that it makes shorter by a packet or more', async () => {
    const up = await startBackend();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    forwarder.accept(push('a', 1), 'protobuf', 3);
    forwarder.accept(push('a', 2, { points: 100 }), 'protobuf', 100);
    await drained(forwarder, 'up');
    expect(up.taken.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip']);
  });
});

describe('what the sidecar measured', () => {
  it('is forwarded at once and again and again', async () => {
    const up = await startBackend();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    let measured = 0;
    forwarder.repeat(() => {
      measured += 1;
      // There may be nothing to say.
      return measured === 2 ? undefined : { body: push('sidecar', measured), points: 3, unencodable: 0 };
    }, 10);
    await vi.waitFor(() => expect(up.pushes.sidecar?.slice(0, 3)).toEqual([1, 3, 4]), 10_000);
    const { sources } = ledger(forwarder, 'up');
    expect(Object.keys(sources)).toEqual(['sidecar']);
  });
});

describe('the end', () => {
  it('tries once more', async () => {
    const up = await startBackend();
    const forwarder = forwarding({ ...forwardTo(up.endpoint, { name: 'up' }) });
    up.answer = (res) => void res.writeHead(503, { 'retry-after': '3600' }).end();
    await pushing(forwarder, 1, 20, ['up']);
    await vi.waitFor(() => expect(up.asked.length).toBeGreaterThan(0), 10_000);
    up.answer = (res) => void res.end();
    await forwarder.close();
    expect(ledger(forwarder, 'up')).toMatchObject({ sent: 180, queued: 0, dropped: 0 });
    expect(up.pushes.a).toEqual(upTo(20));
  });

  it('drops and logs what cannot be delivered where there is no spool', async () => {
    const up = await startBackend();
    await up.down();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    await pushing(forwarder, 1, 20, ['up']);
    const { retried = 0 } = ledger(forwarder, 'up').results;
    await forwarder.close();
    const { results, ...found } = ledger(forwarder, 'up');
    expect(found).toMatchObject({ sent: 0, queued: 0, reasons: { closed: 180 } });
    // One that was on its way, and the last attempt.
    expect(results.retried).toBeLessThanOrEqual(retried + 2);
    expect(log.at(-1)).toBe('warn forwarding ended before all was sent {"backend":"up","spooled":0,"dropped":180}');
    forwarder.accept(push('a', 21), 'protobuf', 3);
    expect(ledger(forwarder, 'up')).toMatchObject({ accepted: 183, reasons: { closed: 183 } });
  });

  it('does not wait for a backend that never answers', async () => {
    const up = await startBackend();
    up.answer = () => undefined;
    const spool = new Map([['folder', folder]]);
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up', spool }));
    await pushing(forwarder, 1, 20, ['up']);
    await vi.waitFor(() => expect(up.asked.length).toBeGreaterThan(0), 10_000);
    const begun = performance.now();
    await forwarder.close();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(ledger(forwarder, 'up')).toMatchObject({ sent: 0, queued: 180, dropped: 0, size: { memory: 0 } });
    expect(readdirSync(folder)).toHaveLength(60);
  });
});

describe('the log', () => {
  it('does not tell of a backend that takes and refuses in turns again and again', async () => {
    const up = await startBackend();
    let asked = 0;
    up.answer = (res) => void res.writeHead((asked += 1) % 2 === 0 ? 400 : 200).end();
    const forwarder = forwarding(forwardTo(up.endpoint, { name: 'up' }));
    for (let i = 1; i <= 20; i += 1) forwarder.accept(push('a', i), 'protobuf', 3);
    await drained(forwarder, 'up');
    expect(log).toEqual([
      'warn the backend refuses data points {"backend":"up","why":"HTTP status 400"}',
      'info the backend takes data points again {"backend":"up"}',
    ]);
  });

  it('tells a trouble once, its end once, and no secret', async () => {
    const up = await startBackend();
    const endpoint = `http://user:hunter2@127.0.0.1:${up.port}`;
    const headers = new Map([['x-api-key', 'hunter3']]);
    const forwarder = forwarding(forwardTo(endpoint, { headers }));
    await up.down();
    await pushing(forwarder, 1, 10, []);
    await vi.waitFor(() => expect(log).toHaveLength(1), 10_000);
    await up.up();
    const name = `127.0.0.1:${up.port}`;
    await drained(forwarder, name);
    expect(log).toEqual([
      `warn the backend takes nothing, data points wait {"backend":"${name}","why":"ECONNREFUSED"}`,
      `info the backend takes data points again {"backend":"${name}"}`,
    ]);
    expect(up.taken[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('user:hunter2').toString('base64')}`,
      'x-api-key': 'hunter3',
    });
    expect(JSON.stringify([forwarder.read(), log])).not.toContain('hunter');
  });
});
