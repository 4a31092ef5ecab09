import { request } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { startSidecar } from '../../src/sidecar.ts';
import type { Sidecar } from '../../src/sidecar.ts';
import { EventListener } from './event-listener.ts';

const WAIT = { timeout: 10_000, interval: 20 };

let sidecar: Sidecar | undefined;

afterEach(async () => {
  await sidecar?.close();
  sidecar = undefined;
});

/** Pushes a counter of requests that ended. */
async function push(to: Sidecar, requests: number): Promise<void> {
  const point = { timeUnixNano: '1', startTimeUnixNano: '1', asInt: String(requests) };
  const attributes = [{ key: 'outcome', value: { stringValue: 'completed' } }];
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...point, attributes }] };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const metrics = [{ name: 'http.server.request.outcomes', unit: '{request}', sum }];
  const req = request(`${to.addresses.otlp}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  req.end(JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }));
  const [res] = await once(req, 'response');
  expect(res.statusCode).toBe(200);
  res.resume();
}

function requestsTold({ events }: EventListener): readonly unknown[] {
  return events.map(({ data }) => (data['http'] as Readonly<Record<string, unknown>>)['requests_total']);
}

describe('the event stream of a sidecar', () => {
  it('tells of a push, counts its clients, and ends with the sidecar', async () => {
    // The rounds of collecting are far apart: what is told was caused by the push.
    const flags = { 'otlp-listen': '127.0.0.1:0', 'metrics-listen': '127.0.0.1:0', 'otlp-socket': 'false' };
    sidecar = await startSidecar(loadConfig({ flags: { ...flags, interval: '10m' } }));
    await push(sidecar, 7);
    const client = await EventListener.connect(Number(new URL(sidecar.addresses.metrics).port));
    await vi.waitFor(() => expect(requestsTold(client)[0]).toBe(7), WAIT);
    await push(sidecar, 9);
    await vi.waitFor(() => expect(requestsTold(client).at(-1)).toBe(9), WAIT);
    const metrics = await (await fetch(`${sidecar.addresses.metrics}/metrics`)).text();
    expect(metrics).toContain('\noutrider_stream_clients 1\n');
    await Promise.all([sidecar.close(), client.closed]);
    // Not by the end of the grace that other requests get.
    expect(client.complete).toBe(true);
  });
});
