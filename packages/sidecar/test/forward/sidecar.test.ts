import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { startSidecar } from '../../src/sidecar.ts';
import type { Sidecar } from '../../src/sidecar.ts';
import { gaugeOf, requestOf } from '../receivers/otlp-encode.ts';
import { Backend, push } from './backend.ts';

let folder: string;
let backend: Backend;
let sidecar: Sidecar | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-forward-'));
  backend = await Backend.start();
});

afterEach(async () => {
  await sidecar?.close();
  sidecar = undefined;
  await backend.down().catch(() => undefined);
  rmSync(folder, { recursive: true });
});

async function start(): Promise<Sidecar> {
  const flags = {
    'otlp-listen': '127.0.0.1:0',
    'metrics-listen': '127.0.0.1:0',
    'otlp-socket': join(folder, 'otlp.sock'),
    'limits-series': '4',
    interval: '100ms',
    forward: backend.endpoint,
  };
  sidecar = await startSidecar(loadConfig({ flags }));
  return sidecar;
}

async function send(type: string, body: Uint8Array | string): Promise<number> {
  const headers = { 'content-type': type };
  const response = await fetch(`${sidecar?.addresses.otlp}/v1/metrics`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** The sum of all series of a name whose labels hold a text, from one scrape. */
function sumOf(text: string, name: string, label = ''): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Scrapes, and checks the accounts on what is read. */
async function scrape(): Promise<{ readonly sent: number; readonly queued: number }> {
  const text = await (await fetch(`${sidecar?.addresses.metrics}/metrics`)).text();
  const sent = sumOf(text, 'outrider_forward_sent_total');
  const queued = sumOf(text, 'outrider_forward_queued');
  const dropped = sumOf(text, 'outrider_forward_dropped_total');
  expect(sumOf(text, 'outrider_forward_accepted_total')).toBe(sent + queued + dropped);
  expect(sumOf(text, 'outrider_forward_accepted_total', 'source="application"')).toBe(
    sumOf(text, 'outrider_receiver_points_total'),
  );
  return { sent, queued };
}

describe('a sidecar that forwards', () => {
  it('passes on what it receives, stored or not, and what it measures; every scrape adds up', async () => {
    await start();
    let posted = 0;
    for (let round = 1; round <= 20; round += 1) {
      if (round === 5) await backend.down();
      if (round === 15) await backend.up();
      // Three points in protobuf and two in JSON, of which the store has no room for all.
      expect(await send('application/x-protobuf', push('a', round))).toBe(200);
      expect(await send('application/json', JSON.stringify(requestOf(gaugeOf({ asInt: 1 }, { asInt: 2 }))))).toBe(200);
      expect(await send('application/json', 'no json')).toBe(400);
      posted += 5;
      await scrape();
    }
    await vi.waitFor(() => expect(backend.pushes.a).toHaveLength(20), { timeout: 20_000 });
    expect(backend.pushes.a).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await vi.waitFor(async () => expect((await scrape()).sent).toBeGreaterThan(posted + 50), { timeout: 20_000 });
    const ofApplications = backend.taken.filter(({ points }) => points <= 3);
    expect(ofApplications.reduce((sum, { points }) => sum + points, 0)).toBe(posted);
  });

  it('does not pass on a delta that is pushed again, nor what is invalid', async () => {
    await start();
    const delta = (timeUnixNano: string, asInt: number): string => {
      const dataPoints = [{ startTimeUnixNano: '1700000000000000000', timeUnixNano, asInt }];
      const jobs = { name: 'jobs', sum: { isMonotonic: true, aggregationTemporality: 1, dataPoints } };
      return JSON.stringify(requestOf(jobs));
    };
    const once = delta('1700000001000000000', 1);
    for (const body of [once, once, delta('1700000002000000000', -1)])
      expect(await send('application/json', body)).toBe(200);
    const text = await (await fetch(`${sidecar?.addresses.metrics}/metrics`)).text();
    expect(sumOf(text, 'outrider_forward_dropped_total', 'reason="unusable"')).toBe(2);
    await scrape();
    await vi.waitFor(() => expect(backend.taken.some(({ points }) => points > 1)).toBe(true), { timeout: 20_000 });
    expect(backend.taken.filter(({ points }) => points === 1)).toHaveLength(1);
  });

  it('answers the application whatever the backend does', async () => {
    backend.answer = () => undefined;
    await start();
    for (let round = 1; round <= 10; round += 1)
      expect(await send('application/x-protobuf', push('a', round))).toBe(200);
    expect((await scrape()).queued).toBeGreaterThanOrEqual(30);
  });
});
