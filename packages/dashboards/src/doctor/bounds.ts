import type { DashboardConfig, Matchers } from '../config.ts';
import { choosing, le, series } from '../series.ts';
import { unanswered } from './connection.ts';
import type { Evidence } from './evidence.ts';
import { few } from './few.ts';
import type { Finding } from './finding.ts';

const DURATION = 'http.server.request.duration';

/**
 * Thresholds of the latency that are no bound of an application's histogram: how many of its requests are slower nobody
 * knows, so that panels and alerts about that are silent, or count all of them.
 */
export async function boundProblems(evidence: Evidence, config: DashboardConfig): Promise<readonly Finding[]> {
  const { latency, slo } = config.thresholds;
  const bounds = new Set([latency.warnS, latency.highS, latency.slowS, slo.latencyS]);
  const problems: Finding[] = [];
  for (const bound of [...bounds].toSorted((a, b) => a - b)) {
    const problem = await lackingOne(evidence, config, bound).catch(refused);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

async function lackingOne(
  evidence: Evidence,
  { applications, latencyBoundsS }: DashboardConfig,
  bound: number,
): Promise<Finding | undefined> {
  const test = le(bound, latencyBoundsS);
  const buckets = (ofLe: string, among: Matchers = applications): string =>
    series(DURATION, { le: ofLe }, '_bucket', among);
  // By instance: what is being replaced may have other bounds than what replaces it.
  const lacking = `group by (job, instance) (${buckets('="+Inf"')}) unless group by (job, instance) (${buckets(test)})`;
  const found = await evidence.labelsIn(`group by (job) (${lacking})`);
  const jobs = found.map(({ job = '' }) => job).toSorted();
  const [first] = jobs;
  if (first === undefined) return undefined;
  const ofFirst = buckets('!=""', choosing(applications, { job: `=${JSON.stringify(first)}` }));
  const bounds = await evidence.labelsIn(`group by (le) (${ofFirst} and on (job, instance) (${lacking}))`);
  const whose = `the request duration of job ${few(jobs, 3)}`;
  return lackingBound(
    whose,
    bounds.map((labels) => labels['le'] ?? ''),
    test,
  );
}

/** A query that Prometheus refuses, for its size: that says nothing of the bounds. */
function refused(error: Error): undefined {
  if (unanswered(error) !== undefined) throw error;
}

/** What is told about a histogram, whose bounds do not include one that is asked for. */
export function lackingBound(whose: string, bounds: readonly string[], test: string): Finding {
  // As selectors write it: ="0.15", =~"3([.]0)?".
  const wanted = Number(/^[=~]+"(\d+(?:\.\d+)?)/.exec(test)?.[1]);
  const ascending = bounds.toSorted((a, b) => valueOf(a) - valueOf(b));
  const spelt = ascending.find((bound) => valueOf(bound) === wanted);
  if (spelt !== undefined) {
    return {
      code: 'bucket',
      why: `${whose} spells the bound ${wanted} as le="${spelt}", where queries look for le${test}`,
      mend: 'scrape the sidecar’s /metrics itself, or rewrite le by metric_relabel_configs',
    };
  }
  return {
    code: 'bucket',
    why: `${whose} has no bucket up to ${wanted}; its bounds are ${few(ascending, 24)}`,
    mend: `buckets of the middleware must contain ${wanted}; or say the application's latencyBounds and one of them as the threshold in the file for --config`,
  };
}

function valueOf(bound: string): number {
  return bound === '+Inf' ? Infinity : Number(bound);
}
