import { METHODS } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../../../conformance/src/client.ts';
import { settled } from './agreement.ts';
import { FRAMEWORKS } from './application.ts';
import type { Application, Report } from './application.ts';
import type { PerApplication } from './per-application.ts';
import { select, total } from './exposition.ts';
import type { Sample } from './exposition.ts';
import { sendPipelined } from './pipeline.ts';
import type { Line } from './pipeline.ts';
import { Stage } from './stage.ts';

const COUNT = 'http_server_request_duration_seconds_count';
const STANDARD = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];
// Node.js hands CONNECT to another event than `request`, and no middleware ever sees one: sent once, not to be counted.
const SCANNED = METHODS.filter((method) => method !== 'CONNECT');
const RSS_GROWTH_LIMIT = 50 * 1024 * 1024;
// One request of the application's own users in so many of the scanner's.
const EVERY = 100;

describe('a scanner', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
    await stage.startSidecar();
  });

  afterEach(() => stage.close());

  it('leaves few series and all routes, whatever it asks for', { timeout: 120_000 }, async () => {
    const applications = await start({});
    await warmUp(applications);
    const before = await settled(applications);
    const urls = 100_000;
    await scan(applications, urls);
    await Promise.all(
      applications.map(({ port }) => sendRaw(port, 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n')),
    );
    const after = await settled(applications);
    const samples = await agreed(applications, after);

    for (const application of applications) {
      const { service: job } = application;
      const routes = sumBy(select(samples, COUNT, { job }), 'http_route');
      const warm = before(application).received;
      // Half of the warming-up was for a route, half for none.
      expect(routes).toEqual({ '/items/:id': warm / 2 + urls / EVERY, unmatched: warm / 2 + urls });
      const methods = Object.keys(sumBy(select(samples, COUNT, { job }), 'http_request_method'));
      expect(methods.filter((method) => ![...STANDARD, '_OTHER'].includes(method))).toEqual([]);
      expect(total(samples, COUNT, { job, http_request_method: '_OTHER' })).toBe(
        countOf(urls, (method) => !STANDARD.includes(method)),
      );
      expect(total(samples, 'outrider_recorder_series', { job })).toBe(select(samples, COUNT, { job }).length);
      expect(total(samples, 'outrider_recorder_series', { job })).toBeLessThan(STANDARD.length * 4);
      expect(total(samples, 'outrider_recorder_overflows_total', { job })).toBe(0);
      expect(after(application).rss - before(application).rss).toBeLessThan(RSS_GROWTH_LIMIT);
    }
  });

  it(
    'fills one series beyond the budget where the option route makes a route of each URL',
    { timeout: 60_000 },
    async () => {
      const applications = await start({ VARIANT: 'route-of-url' });
      const urls = 20_000;
      await scan(applications, urls);
      const reports = await settled(applications);
      const samples = await agreed(applications, reports);

      for (const { service: job } of applications) {
        const own = select(samples, COUNT, { job });
        expect(total(own, COUNT, { http_route: '/items/:id' })).toBe(urls / EVERY);
        const overflow = select(own, COUNT, { otel_metric_overflow: 'true' });
        expect(overflow).toHaveLength(1);
        expect(overflow[0]?.value).toBeGreaterThan(urls / 2);
        expect(total(samples, 'outrider_recorder_overflows_total', { job, reason: 'route' })).toBe(overflow[0]?.value);
        const inUse = total(samples, 'outrider_recorder_series', { job });
        expect(inUse).toBeLessThan(total(samples, 'outrider_recorder_series_limit', { job }));
        expect(own).toHaveLength(inUse + 1);
      }
    },
  );

  function start(environment: NodeJS.ProcessEnv): Promise<Application[]> {
    return Promise.all(FRAMEWORKS.map((framework) => stage.startApplication(framework, environment)));
  }

  /** Waits until the sidecar has all that the applications counted; its samples then. */
  async function agreed(applications: readonly Application[], reportOf: PerApplication<Report>): Promise<Sample[]> {
    const received = Object.fromEntries(
      applications.map((application) => [application.service, reportOf(application).received]),
    );
    const shown = async (): Promise<Record<string, number>> => sumBy(select(await stage.samples(), COUNT), 'job');
    await expect.poll(shown, { timeout: 10_000, interval: 100 }).toEqual(received);
    return stage.samples();
  }
});

/** What an application that has run for a while has in its memory. */
async function warmUp(applications: readonly Application[]): Promise<void> {
  const lines: Line[] = Array.from({ length: 10_000 }, (_, at) => ({
    method: 'GET',
    path: at % 2 === 0 ? `/items/${at}` : `/scan/warm/${at}`,
  }));
  await Promise.all(applications.map(({ port }) => sendPipelined(port, lines)));
}

/** Scans all applications at once: each URL once, the methods in turn; in between, users ask for what is there. */
async function scan(applications: readonly Application[], urls: number): Promise<void> {
  const sent = await Promise.all(applications.map(({ port }) => sendPipelined(port, linesOf(urls))));
  expect(sent).toEqual(applications.map(() => urls + urls / EVERY));
}

function* linesOf(urls: number): Generator<Line> {
  for (let at = 0; at < urls; at += 1) {
    yield { method: methodAt(at), path: `/scan/${at.toString(36)}?q=${at}` };
    if (at % EVERY === 0) yield { method: 'GET', path: `/items/${at}` };
  }
}

function methodAt(at: number): string {
  return SCANNED[at % SCANNED.length] ?? 'GET';
}

function countOf(urls: number, matches: (method: string) => boolean): number {
  return Array.from({ length: urls }, (_, at) => methodAt(at)).filter(matches).length;
}

/** Values added up by a label. */
function sumBy(samples: readonly Sample[], label: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of samples) sums[labels[label] ?? ''] = (sums[labels[label] ?? ''] ?? 0) + value;
  return sums;
}
