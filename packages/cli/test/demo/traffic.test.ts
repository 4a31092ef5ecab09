import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { seeded } from '../../src/demo/random.ts';
import { Traffic } from '../../src/demo/traffic.ts';

describe('Traffic', () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume();
    if (request.url === '/reports/sales') return;
    response.statusCode = request.method === 'POST' ? 201 : 200;
    response.end('{"id":41}');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    seen.length = 0;
  });

  it('is a mix of everything, at about the rate it is told, and stops', async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const startedAt = performance.now();
    const traffic = new Traffic({ targets: [target], rate: 400, random: seeded(1) });
    await expect.poll(() => seen.length, { timeout: 10_000, interval: 10 }).toBeGreaterThan(800);
    const rate = (seen.length * 1000) / (performance.now() - startedAt);
    traffic.stop();

    expect(rate).toBeGreaterThan(200);
    expect(rate).toBeLessThan(600);
    const kinds = seen.map((line) => line.replaceAll(/\d+/g, 'n'));
    expect(new Set(kinds)).toEqual(
      new Set([
        'GET /products/n', 'GET /products', 'POST /orders', 'GET /orders/n', 'GET /reports/sales', 'GET /fail',
        'GET /wp-login.php?attempt=n',
      ]),
    ); // oxfmt-ignore
    // Orders are looked up by ids that exist.
    expect(seen.filter((line) => /^GET \/orders\/(4[2-9]|[5-9]\d|\d{3,})$/.test(line))).toEqual([]);

    // Those that were under way may still arrive; of others some forty would in this time.
    const arriving = async (): Promise<number> => {
      const before = seen.length;
      await delay(100);
      return seen.length - before;
    };
    await expect.poll(arriving, { timeout: 10_000 }).toBe(0);
  });

  it('does not pile up requests on an application that hangs', async () => {
    let open = 0;
    const hanging = createServer(() => {
      open += 1;
    }).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const target = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
    const traffic = new Traffic({ targets: [target], rate: 5000, random: seeded(1) });
    await expect.poll(() => open, { timeout: 10_000, interval: 10 }).toBeGreaterThanOrEqual(100);
    await delay(100);
    expect(open).toBeLessThan(120);
    traffic.stop();
    hanging.closeAllConnections();
    hanging.close();
  });
});

describe('seeded', () => {
  it('repeats itself for the same seed, between 0 and 1', () => {
    const numbers = (seed: number): number[] => {
      const random = seeded(seed);
      return Array.from({ length: 1000 }, () => random());
    };
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
    expect(numbers(1).every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers(1).reduce((sum, number) => sum + number) / 1000).toBeCloseTo(0.5, 1);
  });
});
