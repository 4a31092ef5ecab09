import { Observer } from '@outrider/core';
import type { SlowRequest, WaitKind } from '@outrider/core';
import { outrider } from '@outrider/express';
import { pgClient, readers, watchOutgoing, watchQueries } from '@outrider/probes';
import { startPostgres } from '@outrider/test-servers';
import express from 'express';
import type { Express } from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

const REQUESTS = 1000;
// They come one after the other: all of them in one moment would themselves block the loop.
const EVERY_MS = 3;
const PARTS = ['pool', 'db', 'http', 'loop', 'rest'] as const;

type Parts = Readonly<Record<(typeof PARTS)[number], number>>;

/** What a request gets as its answer: where its time went, and what its handler knows of that. */
interface Answered<Truth> {
  readonly total: number;
  readonly parts: Parts;
  readonly truth: Truth;
}

let observer: Observer;
let app: Express;
let server: Server;
let peer: Worker;
let peerPort: number;
let line: Socket;
// Who waits for an answer on that line, by number.
const asked: Array<(answeredAt: number) => void> = [];
const blocks: Array<{ readonly from: number; readonly until: number }> = [];

beforeAll(async () => {
  peer = new Worker(new URL('programs/waiting-peer.mjs', import.meta.url));
  const [ports] = (await once(peer, 'message')) as [Readonly<Record<'http' | 'line', number>>];
  peerPort = ports.http;
  line = connect({ port: ports.line, host: '127.0.0.1', noDelay: true });
  createInterface(line).on('line', (answer) => {
    const [number, answeredAt] = answer.split(' ').map(Number) as [number, number];
    asked[number]!(answeredAt);
  });
});

afterAll(async () => {
  line.destroy();
  await peer.terminate();
});

beforeEach(async () => {
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
  observer.addReaders(readers);
  app = express();
  app.use(outrider({ observer, attribution: true, serverTiming: true, slowMs: 0, log: () => {} }));
  server = app.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await observer.shutdown();
});

/** Has the peer ask the application for all of the paths, so many milliseconds apart. */
async function ask<Truth>(paths: readonly string[], everyMs: number): Promise<ReadonlyArray<Answered<Truth>>> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  peer.postMessage({ port: (server.address() as AddressInfo).port, paths, everyMs });
  const [answers] = (await once(peer, 'message')) as [ReadonlyArray<{ timing: string; body: string }>];
  return answers.map(({ timing, body }) => {
    const figures = Object.fromEntries(
      timing.split(', ').map((metric) => {
        const [name, duration] = metric.split(';dur=') as [string, string];
        return [name, Number(duration)];
      }),
    );
    return { total: figures['total']!, parts: figures as Parts, truth: JSON.parse(body) as Truth };
  });
}

/** What a wait really was, by the peer's own word, in milliseconds. */
interface TrueWait {
  readonly took: number;
  /** How long after the answer it was heard of, where that came while the loop was blocked by {@link block}. */
  readonly delay: number;
}

/** Waits for the peer, which answers after so long. */
async function waitFor(kind: WaitKind, milliseconds: string): Promise<TrueWait> {
  const from = performance.timeOrigin + performance.now();
  const wait = observer.attribution.begin(kind);
  const answeredAt = await new Promise<number>((resolve) => {
    line.write(`${asked.push(resolve) - 1} ${milliseconds}\n`);
  });
  wait?.end();
  const blocked = blocks.some((one) => one.from <= answeredAt && answeredAt <= one.until);
  const delay = blocked ? performance.timeOrigin + performance.now() - answeredAt : 0;
  return { took: answeredAt - from, delay };
}

function block(milliseconds: number): void {
  const from = performance.timeOrigin + performance.now();
  const until = from + milliseconds;
  while (performance.timeOrigin + performance.now() < until);
  blocks.push({ from, until });
}

// Lehmer's generator: the same waits in every run.
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const random = seeded(20_261_121);

function between(least: number, most: number): number {
  return Math.round(least + random() * (most - least));
}

function expectWithinTenPercent(errors: readonly number[], what: string): void {
  const sorted = errors.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, error) => sum + error, 0) / sorted.length;
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1]!;
  expect({ what, mean: mean <= 0.1 || mean, p95: p95 <= 0.1 || p95 }).toEqual({ what, mean: true, p95: true });
}

function sumOf(parts: Parts): number {
  return PARTS.reduce((sum, part) => sum + parts[part], 0);
}

function expectWhole(answers: ReadonlyArray<Answered<unknown>>): void {
  for (const { total, parts } of answers) expect(sumOf(parts)).toBeCloseTo(total, 6);
  const logged = JSON.parse(observer.slowRequests.json()) as readonly SlowRequest[];
  expect(logged).toHaveLength(Math.min(100, answers.length));
  for (const { parts, duration_ms } of logged) {
    const sum = Object.values(parts!).reduce((all, part) => all + part, 0);
    expect(Math.abs(sum - duration_ms)).toBeLessThan(0.01);
  }
}

function item(least: number, most = 2000): string {
  return `/items/${between(least, most)}/${between(least, most)}/${between(least, most)}`;
}

describe(`${REQUESTS} requests at once`, { timeout: 60_000 }, () => {
  test('with known waits and a blocked loop are split within ten percent of the truth', async () => {
    // Long beside what else blocks the loop meanwhile, which is the loop's and not known here.
    const BLOCK = 3000;
    const gate = Promise.withResolvers<void>();
    let arrived = 0;
    let blockedAt = 0;
    app.get('/items/:pool/:query/:call', async ({ params }, response) => {
      const pool = await waitFor('pool', params.pool);
      const query = await waitFor('query', params.query);
      const call = await waitFor('outgoing', params.call);
      const arrivedAt = performance.now();
      if (++arrived === REQUESTS) {
        setTimeout(() => {
          blockedAt = performance.now();
          block(BLOCK);
          gate.resolve();
        }, 500);
      }
      await gate.promise;
      response.json({
        pool: pool.took,
        db: query.took,
        http: call.took,
        // After the block that is planned, all of them answer at once, which is another one.
        loop: performance.now() - blockedAt,
        rest: blockedAt - arrivedAt,
      });
    });
    const answers = await ask<Parts>(
      Array.from({ length: REQUESTS }, () => item(800)),
      EVERY_MS,
    );
    for (const part of PARTS) {
      const errors = answers.map(({ parts, truth }) => Math.abs(parts[part] / truth[part] - 1));
      expectWithinTenPercent(errors, part);
    }
    expectWhole(answers);
  });

  test('tell the waits from a loop that is blocked while they are under way', async () => {
    app.get('/items/:pool/:query/:call', async ({ params }, response) => {
      const pool = await waitFor('pool', params.pool);
      const db = await waitFor('query', params.query);
      const http = await waitFor('outgoing', params.call);
      response.json({ pool, db, http });
    });
    // Half of a block is the most that one of them can be wrong by: a tenth of the shortest. There are several, and they
    // are long, so that what else takes the processors meanwhile is little beside them.
    for (let at = 4000; at <= 10_000; at += 1500) setTimeout(() => block(600), at);
    const answers = await ask<Readonly<Record<'pool' | 'db' | 'http', TrueWait>>>(
      Array.from({ length: REQUESTS }, () => item(3000, 4000)),
      EVERY_MS,
    );
    for (const part of ['pool', 'db', 'http'] as const) {
      const errors = answers.map(({ parts, truth }) => Math.abs(parts[part] / truth[part].took - 1));
      expectWithinTenPercent(errors, part);
    }
    // For one request nobody can tell when in the block its answer came; for all of them it evens out.
    const measured = answers.reduce((sum, { parts }) => sum + parts.loop, 0);
    const truth = answers
      .flatMap((answer) => Object.values<TrueWait>(answer.truth))
      .reduce((sum, { delay }) => sum + delay, 0);
    expectWithinTenPercent([Math.abs(measured / truth - 1)], 'loop');
    expectWhole(answers);
  });

  test('that wait for several things at once have no time counted twice', async () => {
    app.get('/items/:pool/:query/:call', async ({ params }, response) => {
      const [first, second, { took: call }] = await Promise.all([
        waitFor('query', params.pool),
        waitFor('query', params.query),
        waitFor('outgoing', params.call),
      ]);
      response.json([Math.max(first.took, second.took), call]);
    });
    const answers = await ask<readonly [number, number]>(
      Array.from({ length: REQUESTS }, () => item(800)),
      EVERY_MS,
    );
    const errors = answers.flatMap(({ parts, truth: [queries, call] }) => {
      const shared = Math.min(queries, call) / 2;
      return [Math.abs(parts.db / (queries - shared) - 1), Math.abs(parts.http / (call - shared) - 1)];
    });
    expectWithinTenPercent(errors, 'parallel waits');
    expectWhole(answers);
  });
});

test('a real pool, its queries and real calls are split like that', { timeout: 60_000 }, async () => {
  const SLEEP = 1000;
  const database = await startPostgres();
  const pool = new pg.Pool({ connectionString: database.url, max: 2, Client: pgClient(pg.Client) });
  // The server ends before it has taken leave of each of them.
  pool.on('error', () => {});
  observer.pool(pool, { name: 'items', timings: true });
  const stopQueries = watchQueries({ observer });
  const stopCalls = watchOutgoing({ observer });
  try {
    // So that nobody has to wait for the server to be up, or for a connection to be made.
    await vi.waitFor(() => pool.query('select 1'), 10_000);
    await Promise.all([pool.query('select pg_sleep(0.1)'), pool.query('select pg_sleep(0.1)')]);
    app.get('/items/:call', async ({ params }, response) => {
      await pool.query('select pg_sleep($1)', [SLEEP / 1000]);
      await (await fetch(`http://127.0.0.1:${peerPort}/${params.call}`)).text();
      response.json(Number(params.call));
    });
    const answers = await ask<number>(
      ['/items/1000', '/items/1100', '/items/1200', '/items/1300', '/items/1400', '/items/1500'],
      20,
    );
    for (const { parts, truth } of answers) expect(Math.abs(parts.http / truth - 1)).toBeLessThan(0.1);
    for (const { parts } of answers) expect(Math.abs(parts.db / SLEEP - 1)).toBeLessThan(0.1);
    const waits = answers.map(({ parts }) => parts.pool / SLEEP).toSorted((a, b) => a - b);
    for (const [at, wait] of waits.entries()) {
      const turns = Math.floor(at / 2);
      expect(Math.abs(wait - turns)).toBeLessThan(0.1 * Math.max(1, turns));
    }
    expectWhole(answers);
  } finally {
    stopCalls();
    stopQueries();
    await pool.end();
    await database.stop();
  }
});
