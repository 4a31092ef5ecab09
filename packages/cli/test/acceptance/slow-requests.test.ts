import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FRAMEWORKS } from './application.ts';
import type { Application } from './application.ts';
import { sendPipelined } from './pipeline.ts';
import { Stage } from './stage.ts';

const WAIT_MS = 15_000;

interface ShownRequest {
  readonly time: string;
  readonly service: string;
  readonly worker: number;
  readonly route: string;
  readonly request_id: string;
}

describe('slow requests', () => {
  let stage: Stage;
  const closing: Array<() => unknown> = [];

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await stage.close();
  });

  async function shown(limit = 1000): Promise<readonly ShownRequest[]> {
    const answer = await stage.get(`api/v1/slow-requests?limit=${limit}`);
    return ((await answer.json()) as { slow_requests: readonly ShownRequest[] | null }).slow_requests ?? [];
  }

  /** Waits until so many of each service are shown, all of them of the route. */
  async function expectShown(applications: readonly Application[], count: number): Promise<readonly ShownRequest[]> {
    const expected = Object.fromEntries(applications.map(({ service }) => [`${service} /items/:id`, count]));
    let all: readonly ShownRequest[] = [];
    await vi.waitFor(async () => {
      all = await shown();
      expect(counted(all.map(({ service, route }) => `${service} ${route}`))).toEqual(expected);
    }, WAIT_MS);
    return all;
  }

  it('reach the sidecar from every application, whatever its log left out', { timeout: 90_000 }, async () => {
    const sidecar = await stage.startSidecar();
    const applications = await Promise.all(
      FRAMEWORKS.map((framework) => stage.startApplication(framework, { VARIANT: 'slow' })),
    );
    await Promise.all(applications.map(({ port }) => sendPipelined(port, items(40))));
    const first = await expectShown(applications, 40);
    expect(new Set(first.map(({ request_id }) => request_id)).size).toBe(80);
    for (const { output } of applications) {
      const logged = output
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as ShownRequest);
      expect(logged.length).toBeGreaterThanOrEqual(10);
      expect(logged.length).toBeLessThan(40);
      const ids = new Set(first.map(({ request_id }) => request_id));
      for (const { request_id, route } of logged) expect([ids.has(request_id), route]).toEqual([true, '/items/:id']);
    }

    await Promise.all(applications.map(({ port }) => sendPipelined(port, items(150))));
    const last = await expectShown(applications, 100);
    const before = new Set(first.map(({ request_id }) => request_id));
    await vi.waitFor(async () => {
      expect((await shown()).filter(({ request_id }) => before.has(request_id))).toEqual([]);
    }, WAIT_MS);
    expect(last.map(({ time }) => time)).toEqual(
      last
        .map(({ time }) => time)
        .toSorted()
        .toReversed(),
    );
    expect(await shown(7)).toHaveLength(7);

    sidecar.kill();
    await sidecar.exited;
    await stage.startSidecar();
    await expectShown(applications, 100);
  });

  it('are told to nobody but a sidecar', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      const take = async (): Promise<void> => {
        bodies.push(await text(request));
        response.setHeader('content-type', 'application/json').end('{}');
      };
      void take();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const application = await stage.startApplication('koa', {
      VARIANT: 'slow',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    await sendPipelined(application.port, items(3));
    const seen = bodies.length;
    await vi.waitFor(() => expect(bodies.length).toBeGreaterThan(seen + 2), WAIT_MS);
    expect(bodies.at(-1)).toContain('http.server.slow_requests');
    expect(bodies.filter((body) => body.includes('outriderSlowRequests'))).toEqual([]);
  });
});

function* items(count: number): Generator<{ readonly method: string; readonly path: string }> {
  for (let i = 0; i < count; i++) yield { method: 'GET', path: `/items/${i}?token=secret` };
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
