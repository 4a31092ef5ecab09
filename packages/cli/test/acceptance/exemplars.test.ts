import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { Stage } from './stage.ts';

const REQUESTS = 3;
const BUCKET = 'http_server_request_duration_seconds_bucket';

interface ShownRequest {
  readonly trace_id: string | null;
  readonly span_id: string | null;
}

interface FoundExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: ReadonlyArray<{ readonly labels: Readonly<Record<string, string>>; readonly value: string }>;
}

describe('exemplars', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(() => stage.close());

  /** The traces and spans of the slow requests that the sidecar shows. */
  async function slowRequests(): Promise<string[]> {
    const answer = await stage.get('api/v1/slow-requests');
    const { slow_requests: requests } = (await answer.json()) as { slow_requests: readonly ShownRequest[] | null };
    return (requests ?? []).map(({ trace_id: trace, span_id: span }) => `${trace} ${span}`);
  }

  /** What Prometheus kept of the application's buckets. */
  async function exemplars(): Promise<readonly FoundExemplars[]> {
    const query = new URLSearchParams({
      query: `${BUCKET}{http_route="/items/:id"}`,
      start: String(Date.now() / 1000 - 600),
      end: String(Date.now() / 1000 + 600),
    });
    const url = `http://127.0.0.1:${stage.ports.prometheus}/api/v1/query_exemplars?${query.toString()}`;
    return ((await (await fetch(url)).json()) as { data: readonly FoundExemplars[] }).data;
  }

  it('lead from a bucket in Prometheus to the trace of a slow request', { timeout: 90_000 }, async () => {
    await Promise.all([stage.startSidecar(), stage.startPrometheus()]);
    const application = await stage.startApplication('express', {
      VARIANT: 'slow',
      NODE_OPTIONS: '--import @outrider/otel/register',
      OTEL_METRICS_EXPORTER: 'none',
    });
    const url = `http://127.0.0.1:${application.port}/items/1`;
    for (let i = 0; i < REQUESTS; i += 1) expect((await fetch(url)).status).toBe(200);
    await eventually(async () => (await slowRequests()).length, REQUESTS);
    const traces = await slowRequests();
    for (const trace of traces) expect(trace).toMatch(/^[\da-f]{32} [\da-f]{16}$/);

    await eventually(async () => (await exemplars()).length > 0, true);
    for (const { seriesLabels, exemplars: found } of await exemplars()) {
      expect(seriesLabels).toMatchObject({ job: application.service, worker: '0' });
      for (const { labels, value } of found) {
        expect(traces).toContain(`${labels['trace_id']} ${labels['span_id']}`);
        // It is in its bucket, and the bucket has the name that it has in every format.
        expect(Number(value)).toBeLessThanOrEqual(Number(seriesLabels['le']?.replace('Inf', 'Infinity')));
        expect(seriesLabels['le']).toMatch(/^(?:\d+\.\d+|\+Inf)$/);
      }
    }
    // Prometheus took the whole scrape, and asked for OpenMetrics.
    await eventually(() => stage.query(`sum by (job) (${BUCKET}{le="10.0",http_route="/items/:id"})`), {
      [application.service]: REQUESTS,
    });
    expect(await stage.query('min(up) by (job)')).toEqual({ outrider: 1 });
  });
});
