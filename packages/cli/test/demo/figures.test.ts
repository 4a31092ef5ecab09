import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FigureReader } from '../../src/demo/figures.ts';

describe('FigureReader', () => {
  let http: Record<string, unknown>;
  let now: number;
  let reader: FigureReader;
  const server = createServer((_request, response) => response.end(JSON.stringify({ http })));

  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    now = 0;
    const { port } = server.address() as AddressInfo;
    reader = new FigureReader(`http://127.0.0.1:${port}/api/v1/metrics`, () => now);
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function readAt(
    seconds: number,
    requests: number | null,
    errors: number | null,
  ): ReturnType<FigureReader['read']> {
    now = seconds * 1000;
    http = { requests_total: requests, errors_total: errors, duration_ms: requests ? { p95: 12.5 } : null };
    return reader.read();
  }

  it('gives rates over the last ten seconds', async () => {
    expect(await readAt(0, 100, 10)).toBeUndefined();
    expect(await readAt(4, 200, 10)).toBeUndefined();
    expect(await readAt(5, 300, 10)).toBeUndefined();
    expect(await readAt(10, 500, 30)).toEqual({ requestsPerSecond: 40, errorRatio: 0.05, p95: 12.5 });
    expect(await readAt(15, 900, 90)).toEqual({ requestsPerSecond: 60, errorRatio: 80 / 600, p95: 12.5 });
  });

  it('waits for the applications to report', async () => {
    expect(await readAt(0, null, null)).toBeUndefined();
    expect(await readAt(5, 100, 0)).toBeUndefined();
    expect(await readAt(15, 100, 0)).toEqual({ requestsPerSecond: 0, errorRatio: 0, p95: 12.5 });
  });

  it('has no figures while the sidecar does not answer', async () => {
    await readAt(0, 100, 0);
    server.closeAllConnections();
    server.close();
    expect(await readAt(10, 200, 0)).toBeUndefined();
  });
});
