import type { DashboardConfig } from '../config.ts';
import type { Target } from '../live/loaded.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { matcherFits } from './matcher-fits.ts';
import { durationOf, secondsOf } from './selectors.ts';

const OWN = { name: 'outrider_memory_usage_bytes', matchers: [] } as const;
const APPLICATION = 'process_uptime_seconds';

const SCRAPE =
  'in prometheus.yml scrape_configs: - { job_name: outrider, honor_labels: true, static_configs: [{ targets: [127.0.0.1:9464] }] }';

/** What is wrong with how the sidecars are scraped, the worst first. */
export async function sidecarProblems(evidence: Evidence, config: DashboardConfig): Promise<readonly Finding[]> {
  const targets = await sidecars(evidence, config);
  const nothing = await unreached(evidence, config);
  const found = nothing ?? down(targets);
  return [...(found === undefined ? [] : [found]), ...(await renamed(evidence)), ...seldom(targets, config)];
}

/** Why nothing of any sidecar comes; undefined if something does, as far as Prometheus says. */
export async function unreached(evidence: Evidence, config: DashboardConfig): Promise<Finding | undefined> {
  const targets = await sidecars(evidence, config);
  if (targets.some(({ health }) => health === 'up')) return undefined;
  const gone = down(targets);
  if (gone !== undefined || (await evidence.has(OWN))) return gone;
  const [waiting] = targets;
  if (waiting === undefined) return { code: 'not-scraped', why: 'no sidecar is scraped', mend: SCRAPE };
  const { scrapeUrl, scrapeInterval } = waiting;
  return {
    code: 'not-scraped',
    why: `${scrapeUrl} has not been scraped yet`,
    mend: `wait ${scrapeInterval} and ask again`,
  };
}

function down(targets: readonly Target[]): Finding | undefined {
  const [first, ...more] = targets.filter(({ health }) => health === 'down');
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  return {
    code: 'target-down',
    why: `${first.scrapeUrl} cannot be scraped${others}: ${first.lastError.replace(/^Get "[^"]*": /, '')}`,
    mend: 'start outrider sidecar there, or mend its address in prometheus.yml',
  };
}

/** Prometheus puts its own job and instance in the place of the applications' unless it is told not to. */
async function renamed(evidence: Evidence): Promise<readonly Finding[]> {
  const exported = { name: APPLICATION, matchers: [{ label: 'exported_job', test: '!=""' }] };
  return (await evidence.has(exported)) ? [noHonorLabels] : [];
}

/** The applications' own labels were renamed. */
export const noHonorLabels: Finding = {
  code: 'no-honor-labels',
  why: 'job and instance of the applications were renamed to exported_job and exported_instance',
  mend: 'honor_labels: true in the job of prometheus.yml that scrapes the sidecars',
};

function seldom(targets: readonly Target[], { scrapeIntervalS }: DashboardConfig): readonly Finding[] {
  const slowest = targets.toSorted((a, b) => secondsOf(b.scrapeInterval) - secondsOf(a.scrapeInterval))[0];
  if (slowest === undefined || secondsOf(slowest.scrapeInterval) <= scrapeIntervalS) return [];
  const { scrapeUrl, scrapeInterval } = slowest;
  const made = durationOf(scrapeIntervalS);
  return [
    {
      code: 'scraped-too-seldom',
      why: `${scrapeUrl} is scraped every ${scrapeInterval}, and the dashboards are made for every ${made}`,
      mend: `scrape_interval: ${made} in prometheus.yml; or scrapeInterval: ${scrapeInterval} in the file for --config, then outrider dashboards`,
    },
  ];
}

async function sidecars(evidence: Evidence, { hosts }: DashboardConfig): Promise<readonly Target[]> {
  // Without a matcher any target would be taken for a sidecar.
  const matchers = Object.entries(hosts);
  const targets = matchers.length === 0 ? [] : ((await evidence.targets()) ?? []);
  return targets.filter(({ labels }) => matchers.every(([label, test]) => matcherFits(test, labels[label] ?? '')));
}
