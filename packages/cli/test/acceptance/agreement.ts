import { expect } from 'vitest';
import type { Application, Report } from './application.ts';
import { perApplication } from './per-application.ts';
import type { PerApplication } from './per-application.ts';
import { PUSH_INTERVAL_MS } from './stage.ts';
import type { Stage } from './stage.ts';

// Beyond two push intervals: what a loaded machine may need to run the processes at all.
const GRACE_MS = 3000;
const SCRAPED_MS = 15_000;
// Some of the pushes that are waited for take two seconds each, until they are given up.
const PUSHED_MS = 30_000;

/** Waits until every request that reached the applications has ended; what they counted then, without garbage. */
export async function settled(applications: readonly Application[]): Promise<PerApplication<Report>> {
  const open = async (): Promise<number[]> =>
    (await Promise.all(applications.map((application) => application.report()))).map(
      ({ received, ended }) => received - ended,
    );
  await expect.poll(open, { timeout: 20_000, interval: 50 }).toEqual(applications.map(() => 0));
  return reportsOf(applications, 'collected');
}

/** What the applications have counted so far. */
export async function reportsOf(
  applications: readonly Application[],
  garbage: 'left' | 'collected' = 'left',
): Promise<PerApplication<Report>> {
  const reports = await Promise.all(applications.map((application) => application.report(garbage)));
  return perApplication(applications, reports);
}

/** Waits until each application has had so many more pushes of a result. */
export async function pushed(
  applications: readonly Application[],
  result: keyof Report['pushes'],
  since: PerApplication<Report>,
  more: number,
): Promise<void> {
  const missing = async (): Promise<string[]> => {
    const now = await reportsOf(applications);
    return applications
      .filter((application) => now(application).pushes[result] < since(application).pushes[result] + more)
      .map(({ service }) => service);
  };
  await expect.poll(missing, { timeout: PUSHED_MS, interval: 100 }).toEqual([]);
}

/**
 * Expects the sidecar's JSON within two push intervals, and then Prometheus, to count exactly what the applications
 * counted themselves.
 */
export async function expectAgreement(stage: Stage, applications: readonly Application[]): Promise<void> {
  const reportOf = await settled(applications);
  const counted = (count: (report: Report) => number): Record<string, number> =>
    Object.fromEntries(applications.map((application) => [application.service, count(reportOf(application))]));
  const received = counted((report) => report.received);

  await expect
    .poll(() => requestsByService(stage), { timeout: 2 * PUSH_INTERVAL_MS + GRACE_MS, interval: 50 })
    .toEqual(received);
  const { http, services } = await stage.api();
  expect(http['requests_total']).toBe(Object.values(received).reduce((sum, requests) => sum + requests, 0));
  for (const application of applications) {
    const report = reportOf(application);
    const { service } = application;
    const outcomes = services.find((one) => one.service === service)?.http.outcomes;
    const { completed = 0, ...others } = outcomes ?? {};
    expect({ service, completed }).toEqual({ service, completed: report.received - report.aborted });
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(report.aborted);
    expect(others['destroyed_by_server']).toBe(0);
  }

  const count = 'http_server_request_duration_seconds_count';
  const scraped = { timeout: SCRAPED_MS, interval: 100 };
  await expect.poll(() => stage.query(`sum by (job) (${count})`), scraped).toEqual(received);
  await expect.poll(() => stage.query('sum by (job) (http_server_request_outcomes_total)'), scraped).toEqual(received);
  expect(await stage.query('sum by (job) (http_server_request_duration_seconds_bucket{le="+Inf"})')).toEqual(received);
  for (const status of ['404', '500']) {
    const answered = `sum by (job) (${count}{http_response_status_code="${status}"})`;
    expect(await stage.query(answered)).toEqual(known(counted(({ finished }) => finished[status] ?? 0)));
  }
  expect(await stage.query(`sum by (job) (${count}{http_route="unmatched"})`)).toEqual(
    known(counted(({ finished }) => finished['404'] ?? 0)),
  );
}

async function requestsByService(stage: Stage): Promise<Record<string, number | null>> {
  const { services } = await stage.api();
  return Object.fromEntries(services.map(({ service, http }) => [service, http.requests_total]));
}

/** Prometheus has no series of what never happened. */
function known(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
