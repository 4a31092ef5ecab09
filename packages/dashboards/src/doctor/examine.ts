import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import type { PrometheusClient } from '../live/prometheus-client.ts';
import { initialValues, panelQueries, run } from '../live/run-queries.ts';
import type { Outcome } from '../live/run-queries.ts';
import { boundProblems } from './bounds.ts';
import { connect, unanswered } from './connection.ts';
import { diagnose } from './diagnose.ts';
import { Evidence } from './evidence.ts';
import { EMPTY_IS_WELL } from './finding.ts';
import type { DashboardReport, Finding, FindingCode, PanelReport, Report } from './finding.ts';
import { ruleProblems } from './rules.ts';
import { secondsOf } from './selectors.ts';
import { sidecarProblems } from './sidecars.ts';

// As many points as a panel of medium width has.
const POINTS = 240;
const HOUR = '1h';

// What would leave a panel empty on the day that there is something to see.
const NEVER_WELL: ReadonlySet<FindingCode> = new Set([
  'not-scraped',
  'target-down',
  'no-honor-labels',
  'other-name',
  'bucket',
  'rules-not-loaded',
  'rule-fails',
  'no-answer',
]);

/**
 * Runs every query of every panel as Grafana would when the dashboard is opened, and finds out why some have no data.
 *
 * @param endS end of the time range, in seconds since 1970
 * @example
 *   const { well, problems } = await examine(new PrometheusClient('http://127.0.0.1:9090'), defaultConfig, allDashboards(defaultConfig));
 */
export async function examine(
  client: PrometheusClient,
  config: DashboardConfig,
  dashboards: readonly Dashboard[],
  endS: number = Date.now() / 1000,
): Promise<Report> {
  const connection = await connect(client);
  if ('code' in connection)
    return { prometheus: { url: client.url }, problems: [connection], dashboards: [], well: false };
  const hour = new Evidence(client, secondsOf(HOUR), endS);
  const problems = await problemsOf(hour, config).catch((error: Error) => unanswered(error) ?? Promise.reject(error));
  if ('code' in problems)
    return { prometheus: { url: client.url, ...connection }, problems: [problems], dashboards: [], well: false };
  const reports: DashboardReport[] = [];
  // One of nothing but text, such as that of the runbooks, asks for no data.
  for (const dashboard of dashboards.filter((one) => panelQueries([one]).length > 0))
    reports.push(await examineDashboard(client, config, dashboard, endS));
  const lacking = reports.some(({ panels }) =>
    panels.some(({ status }) => status === 'missing' || status === 'partly'),
  );
  return {
    prometheus: { url: client.url, ...connection },
    problems,
    dashboards: reports,
    well: problems.length === 0 && !lacking,
  };
}

async function problemsOf(hour: Evidence, config: DashboardConfig): Promise<readonly Finding[]> {
  return [
    ...(await sidecarProblems(hour, config)),
    ...(await ruleProblems(hour, config)),
    ...(await boundProblems(hour, config)),
  ];
}

async function examineDashboard(
  client: PrometheusClient,
  config: DashboardConfig,
  dashboard: Dashboard,
  endS: number,
): Promise<DashboardReport> {
  const rangeS = secondsOf(dashboard.timeRange ?? HOUR);
  const { scrapeIntervalS } = config;
  const at = { rangeS, scrapeIntervalS, stepS: Math.max(scrapeIntervalS, Math.ceil(rangeS / POINTS)) };
  const outcomes = await run(client, panelQueries([dashboard]), (one) => initialValues(one, at), endS);
  const evidence = new Evidence(client, rangeS, endS);
  const panels: PanelReport[] = [];
  for (const [{ id, title }, own] of Map.groupBy(outcomes, ({ asked }) => asked.panel)) {
    const findings: Finding[] = [];
    for (const outcome of own) {
      const finding = await findingOf(evidence, config, outcome);
      if (finding !== undefined && !findings.some(({ why }) => why === finding.why)) findings.push(finding);
    }
    panels.push({ id, title, status: statusOf(own, findings), findings });
  }
  return { uid: dashboard.uid, title: dashboard.title, panels };
}

async function findingOf(
  evidence: Evidence,
  config: DashboardConfig,
  { asked, expr, samples, finite, error }: Outcome,
): Promise<Finding | undefined> {
  if (error !== undefined) {
    return (
      unanswered(error) ?? {
        code: 'query-refused',
        why: error.message.replaceAll(/\s+/g, ' '),
        mend: `Prometheus was asked: ${expr}`,
      }
    );
  }
  if (finite > 0) return undefined;
  const { emptyIsHealthy } = asked.query;
  if (samples > 0 && emptyIsHealthy === undefined)
    return { code: 'idle', why: 'there is no number: nothing happened in this time' };
  const finding = await diagnose(evidence, config, expr).catch(
    (problem: Error): Finding =>
      unanswered(problem) ?? { code: 'query-refused', why: `nobody knows why: ${problem.message}` },
  );
  if (emptyIsHealthy === undefined || NEVER_WELL.has(finding.code)) return finding;
  return { code: 'by-design', why: emptyIsHealthy };
}

function statusOf(outcomes: readonly Outcome[], findings: readonly Finding[]): PanelReport['status'] {
  const hasData = outcomes.some(({ finite }) => finite > 0);
  if (findings.some(({ code }) => !EMPTY_IS_WELL.has(code))) return hasData ? 'partly' : 'missing';
  return hasData ? 'ok' : 'empty';
}
