import { beforeEach, describe, expect, it } from 'vitest';
import { Screen } from '../../src/demo/screen.ts';

const FIGURES = { requestsPerSecond: 41.25, errorRatio: 0.0123, p95: 12.34 };

describe('Screen', () => {
  let written: string;
  let now: number;

  function screen(isTTY: boolean): Screen {
    return new Screen({ isTTY, write: (text) => (written += text) }, () => now);
  }

  beforeEach(() => {
    written = '';
    now = 0;
  });

  it('keeps one line alive on a terminal', () => {
    const live = screen(true);
    live.figures(undefined);
    live.figures(FIGURES);
    live.line('Stopping ...');
    expect(written).toBe('\rmeasuring ...\u001B[K\r41.3 req/s   p95 12.3 ms   errors 1.2 %\u001B[K\nStopping ...\n');
  });

  it('writes a line every ten seconds elsewhere', () => {
    const plain = screen(false);
    for (now = 0; now <= 20_000; now += 1000) plain.figures(now === 0 ? undefined : { ...FIGURES, p95: undefined });
    expect(written).toBe('41.3 req/s   p95 -   errors 1.2 %\n'.repeat(2));
  });

  it('aligns what runs where', () => {
    screen(false).rows([
      { name: 'Koa', where: 'http://127.0.0.1:3002', pid: 12 },
      { name: 'Prometheus', where: 'not installed' },
    ]);
    expect(written).toBe('  Koa         http://127.0.0.1:3002  pid 12\n  Prometheus  not installed\n');
  });

  it('shows commands that can be pasted', () => {
    const places = { express: 'http://127.0.0.1:3001', koa: 'http://127.0.0.1:3002', metrics: 'http://127.0.0.1:9464' };
    screen(false).places({ ...places, prometheus: 'http://127.0.0.1:9090' });
    expect(written).toContain('\n    curl -i http://127.0.0.1:3001/products/7\n');
    for (const path of ['metrics', 'api/v1/metrics', 'api/v1/routes', 'api/v1/slow-requests']) {
      expect(written).toContain(`\n    curl -s http://127.0.0.1:9464/${path}\n`);
    }
    expect(written).toContain('\n    curl -sN http://127.0.0.1:9464/api/v1/stream\n');
    expect(written).toContain('\n    http://127.0.0.1:9090/graph?g0.expr=histogram_quantile');
    written = '';
    screen(false).places(places);
    expect(written).not.toContain('Prometheus, ');
  });
});
