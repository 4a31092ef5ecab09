import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { loadConfig, startSidecar } from '@outrider/sidecar';
import type { Sidecar } from '@outrider/sidecar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplesOf, select } from '../../../packages/cli/test/acceptance/exposition.ts';

const COUNT = 'http_server_request_duration_seconds_count';

/**
 * What holds for the NestJS application on every platform: it is started for real, beside a sidecar.
 *
 * @param server path of the built server
 */
export function testNestApplication(platform: string, server: string): void {
  describe(`NestJS on ${platform}`, () => {
    let sidecar: Sidecar;
    let child: ChildProcess;
    let url: string;

    beforeAll(async () => {
      sidecar = await startSidecar(
        loadConfig({
          env: {},
          flags: { 'otlp-listen': '127.0.0.1:0', 'otlp-socket': 'false', 'metrics-listen': '127.0.0.1:0' },
        }),
      );
      child = fork(server, {
        env: {
          PORT: '0',
          OTEL_SERVICE_NAME: 'nest',
          OTEL_EXPORTER_OTLP_ENDPOINT: sidecar.addresses.otlp,
          OTEL_METRIC_EXPORT_INTERVAL: '100',
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: [],
      });
      // The failing report is called on purpose, and told here.
      child.stderr!.resume();
      const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
      url = `http://127.0.0.1:${(JSON.parse(line) as { listening: number }).listening}`;
    });

    afterAll(async () => {
      if (child?.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await sidecar?.close();
    });

    it('answers, with both headers, failures too', async () => {
      for (const [path, status] of [
        ['/api/products', 200],
        ['/api/products/7', 200],
        ['/api/products/777', 404],
        ['/api/products/seven', 400],
        ['/api/admin/reports/sales/2026', 200],
        ['/api/admin/reports/broken', 500],
        ['/nowhere/7', 404],
        ['/healthz', 200],
      ] as const) {
        const response = await fetch(url + path, { headers: { 'x-request-id': 'asked-1' } });
        await response.text();
        expect([path, response.status]).toEqual([path, status]);
        expect(response.headers.get('x-request-id')).toBe('asked-1');
        expect(response.headers.get('x-response-time')).toMatch(/^\d+\.\d{3}ms$/);
      }
    });

    it('is measured by its routes, prefix and nesting included, and the health check is not', async () => {
      const recorded = async (): Promise<string[]> => {
        const exposition = await (await fetch(`${sidecar.addresses.metrics}/metrics`)).text();
        return select(samplesOf(exposition), COUNT, { job: 'nest' })
          .map(({ labels, value }) => `${labels['http_route']} ${labels['http_response_status_code']} ${value}`)
          .toSorted();
      };
      await expect
        .poll(recorded, { timeout: 10_000 })
        .toEqual([
          '/api/admin/reports/broken 500 1',
          '/api/admin/reports/sales/:year 200 1',
          '/api/products 200 1',
          '/api/products/:id 200 1',
          '/api/products/:id 400 1',
          '/api/products/:id 404 1',
          'unmatched 404 1',
        ]);
    });

    it('ends on SIGTERM', async () => {
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    });
  });
}
