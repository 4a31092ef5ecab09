import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ForwardBackend } from '../../src/config/forward-backends.ts';
import { Forwarder } from '../../src/forward/forwarder.ts';
import { Backend, forwardTo, push, upTo } from './backend.ts';
import { ledger } from './ledger.ts';

const POINTS = 3;

let folder: string;
let backends: Backend[];
let forwarder: Forwarder;
let log: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-replace-'));
  backends = [];
  log = [];
});

afterEach(async () => {
  await forwarder.close();
  await Promise.allSettled(backends.map((backend) => backend.down()));
  rmSync(folder, { recursive: true });
});

async function startBackend(): Promise<Backend> {
  const one = await Backend.start();
  backends.push(one);
  return one;
}

function forwarding(...to: ForwardBackend[]): void {
  forwarder = new Forwarder(to, {
    log: (level, message, fields) => log.push(`${level} ${message} ${JSON.stringify(fields)}`),
    clock: () => performance.now(),
    retry: { initialMs: 2, maximumMs: 20, askedMaximumMs: 50 },
    spoolPauseMs: 20,
  });
}

async function pushing(from: number, to: number): Promise<void> {
  for (let value = from; value <= to; value += 1) {
    forwarder.accept(push('a', value, { points: POINTS }), 'protobuf', POINTS);
  }
  await forwarder.prepared();
}

async function sent(name: string, points: number): Promise<void> {
  await vi.waitFor(() => expect(ledger(forwarder, name)).toMatchObject({ sent: points, queued: 0 }), 5_000);
}

const spooled = (name: string, bytes: number): Map<string, unknown> =>
  new Map<string, unknown>([
    ['folder', join(folder, name)],
    ['bytes', bytes],
  ]);

describe('backends that are replaced', () => {
  it('keep what waits, and go on counting, where only the way there is another', async () => {
    const [one, two] = [await startBackend(), await startBackend()];
    forwarding(forwardTo(one.endpoint, { name: 'up' }));
    await pushing(1, 5);
    await sent('up', 15);
    await one.down();
    await pushing(6, 10);
    forwarder.replace([forwardTo(two.endpoint, { name: 'up', timeout: '3s' })]);
    await sent('up', 30);
    expect(two.pushes).toEqual({ a: [6, 7, 8, 9, 10] });
  });

  it('keep what waits on disk, under another name and with more room', async () => {
    const one = await startBackend();
    const queueBytes = 20_000;
    const memory = (): number => ledger(forwarder, 'up').size.memory ?? 0;
    forwarding(forwardTo(one.endpoint, { name: 'up', queueBytes, spool: spooled('spool', 50_000_000) }));
    await one.down();
    for (let value = 1; value <= 100; value += 1) {
      await pushing(value, value);
      // What is on its way to the disk is there.
      await vi.waitFor(() => expect(memory()).toBeLessThan(0.6 * queueBytes), { timeout: 5_000, interval: 1 });
    }
    expect(ledger(forwarder, 'up').size.disk).toBeGreaterThan(100_000);
    forwarder.replace([forwardTo(one.endpoint, { name: 'other', queueBytes, spool: spooled('spool', 90_000_000) })]);
    expect(ledger(forwarder, 'up')).toMatchObject({ accepted: 0, queued: 0 });
    expect(ledger(forwarder, 'other')).toMatchObject({ accepted: 300, queued: 300 });
    await one.up();
    await sent('other', 300);
    expect(one.pushes).toEqual({ a: upTo(100) });
  });

  it('leave on disk what waits there, counted as dropped, where the folder is another', async () => {
    const one = await startBackend();
    forwarding(forwardTo(one.endpoint, { name: 'up', spool: spooled('one', 50_000_000) }));
    await one.down();
    await pushing(1, 100);
    forwarder.replace([forwardTo(one.endpoint, { name: 'up', spool: spooled('two', 50_000_000) })]);
    await pushing(101, 110);
    await vi.waitFor(() => expect(ledger(forwarder, 'up').dropped).toBeGreaterThan(0), 10_000);
    expect(ledger(forwarder, 'up')).toMatchObject({ accepted: 330, reasons: { closed: 300 } });
    expect(log.filter((line) => line.includes('forwarding ended before all was sent'))).toHaveLength(1);
    expect(readdirSync(join(folder, 'one'))).toHaveLength(100);
    await one.up();
    await sent('up', 30);
  });

  it('have what waits on disk again if the folder is theirs again, also at once', async () => {
    const one = await startBackend();
    const to = (name: string): ForwardBackend =>
      forwardTo(one.endpoint, { name: 'up', spool: spooled(name, 50_000_000) });
    forwarding(to('one'));
    await one.down();
    await pushing(1, 100);
    forwarder.replace([to('two')]);
    forwarder.replace([to('one')]);
    await one.up();
    await vi.waitFor(() => expect(one.pushes).toEqual({ a: upTo(100) }), 10_000);
    await vi.waitFor(() => expect(ledger(forwarder, 'up').queued).toBe(0), 5_000);
    expect(readdirSync(join(folder, 'one'))).toEqual([]);
  });

  it('say of each folder that cannot be used that it cannot', async () => {
    const one = await startBackend();
    const to = (name: string): ForwardBackend => {
      writeFileSync(join(folder, name), 'in the way');
      return forwardTo(one.endpoint, { name: 'up', spool: spooled(name, 50_000_000) });
    };
    const told = (): string[] => log.filter((line) => line.includes('the spool cannot be used'));
    forwarding(to('one'));
    await vi.waitFor(() => expect(told()).toHaveLength(1), 5_000);
    forwarder.replace([to('two')]);
    await vi.waitFor(() => expect(told()).toHaveLength(2), 5_000);
  });

  it('get what was accepted for them when they go, and nothing after', async () => {
    const [one, two] = [await startBackend(), await startBackend()];
    forwarding(forwardTo(one.endpoint, { name: 'one' }));
    for (let value = 1; value <= 50; value += 1)
      forwarder.accept(push('a', value, { points: POINTS }), 'protobuf', POINTS);
    forwarder.replace([forwardTo(two.endpoint, { name: 'two' })]);
    await pushing(51, 60);
    await sent('two', 30);
    await vi.waitFor(() => expect(ledger(forwarder, 'one').accepted).toBe(0), 5_000);
    expect(one.pushes).toEqual({ a: upTo(50) });
    expect(two.pushes).toEqual({ a: Array.from({ length: 10 }, (_, index) => 51 + index) });
  });

  it('lose nothing, however often', async () => {
    const [one, two] = [await startBackend(), await startBackend()];
    forwarding(forwardTo(one.endpoint, { name: 'stays' }));
    for (let round = 0; round < 20; round += 1) {
      forwarder.accept(push('a', round + 1, { points: POINTS }), 'protobuf', POINTS);
      if (round % 3 === 0) await forwarder.prepared();
      const stays = forwardTo(one.endpoint, { name: 'stays', timeout: `${(round % 5) + 1}s` });
      forwarder.replace(round % 2 === 0 ? [stays, forwardTo(two.endpoint, { name: `goes-${round}` })] : [stays]);
      ledger(forwarder, 'stays');
    }
    await sent('stays', 60);
    expect(one.pushes).toEqual({ a: upTo(20) });
  });
});
