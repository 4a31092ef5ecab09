import type { DashboardConfig } from '../config.ts';
import { partOf } from './choices.ts';
import type { Part } from './choices.ts';
import type { Evidence } from './evidence.ts';
import { EMPTY_IS_WELL } from './finding.ts';
import type { Finding, FindingCode } from './finding.ts';
import { mismatch } from './mismatch.ts';
import { definitionOf, otherName } from './other-names.ts';
import { recordedFrom } from './rules.ts';
import { durationOf } from './selectors.ts';
import type { Selector } from './selectors.ts';
import { unreached } from './sidecars.ts';
import { whyUnused } from './unused.ts';

// Of several reasons the one that explains most. What is well explains an empty panel only if nothing else does.
const WORST_FIRST: readonly FindingCode[] = [
  'not-scraped',
  'target-down',
  'rules-not-loaded',
  'rule-fails',
  'no-honor-labels',
  'other-name',
  'nobody-pushes',
  'rate-window',
  'too-old',
  'metric-missing',
  'no-requests',
  'label',
  'bucket',
  'too-young',
  'not-used',
  'idle',
];

// A recorded series is made of others, those of raw ones.
const DEEPEST = 4;

/** Why a query, its variables filled in, finds nothing. */
export async function diagnose(evidence: Evidence, config: DashboardConfig, expr: string, depth = 0): Promise<Finding> {
  const asked = new Map<string, Promise<Finding | undefined>>();
  const { findings, spare } = await lacking(partOf(expr), (selector) => {
    const key = JSON.stringify(selector);
    const answer = asked.get(key) ?? absent(evidence, config, selector, depth);
    asked.set(key, answer);
    return answer;
  });
  const worst = worstOf(findings);
  if (worst !== undefined) return worst;
  // Panels end at a multiple of their step, which may have been before the first figures came.
  if (await evidence.gives(expr)) return { code: 'too-young', why: 'the first figures have come just now' };
  const harmless = worstOf(spare.filter(({ code }) => EMPTY_IS_WELL.has(code)));
  if (harmless !== undefined) return harmless;
  return {
    code: 'no-match',
    why: 'all that it asks for is there, and no series fit together',
    mend: `try its parts in Prometheus: ${expr.length > 120 ? `${expr.slice(0, 117)}...` : expr}`,
  };
}

function worstOf(findings: readonly Finding[]): Finding | undefined {
  const rank = ({ code }: Finding): number => WORST_FIRST.indexOf(code);
  return findings.toSorted((a, b) => rank(a) - rank(b))[0];
}

interface Lacking {
  readonly findings: readonly Finding[];
  /** Of what another part stands in for. */
  readonly spare: readonly Finding[];
}

async function lacking(
  { selectors, choices }: Part,
  finding: (selector: Selector) => Promise<Finding | undefined>,
): Promise<Lacking> {
  const findings: Finding[] = [];
  const spare: Finding[] = [];
  for (const selector of selectors) {
    const one = await finding(selector);
    if (one !== undefined) findings.push(one);
  }
  for (const alternatives of choices) {
    const found: Lacking[] = [];
    for (const part of alternatives) found.push(await lacking(part, finding));
    const canDoWithout = found.some((one) => one.findings.length === 0);
    (canDoWithout ? spare : findings).push(...found.flatMap((one) => one.findings));
    spare.push(...found.flatMap((one) => one.spare));
  }
  return { findings, spare };
}

async function absent(
  evidence: Evidence,
  config: DashboardConfig,
  selector: Selector,
  depth: number,
): Promise<Finding | undefined> {
  const { name } = selector;
  if (await evidence.has(selector)) return tooFewSamples(evidence, selector);
  if (name.includes(':')) return recorded(evidence, config, name, depth);
  if (!(await evidence.names()).has(name)) return missing(evidence, config, name);
  if (await evidence.has({ name, matchers: [] })) return mismatch(evidence, selector);
  return tooOld(evidence, config, name);
}

async function tooFewSamples(evidence: Evidence, selector: Selector): Promise<Finding | undefined> {
  const { name, rangeS, offsetS = 0 } = selector;
  if (offsetS > 0 && !(await evidence.has(selector, offsetS)))
    return { code: 'too-young', why: `there is no ${name} of ${durationOf(offsetS)} ago yet` };
  if (rangeS === undefined || (await evidence.samplesIn(selector, rangeS)) > 1) return undefined;
  if ((await evidence.samples(selector)) === 1)
    return { code: 'too-young', why: `${name} has one sample so far: rates take two` };
  return {
    code: 'rate-window',
    why: `rates look ${durationOf(rangeS)} back, where ${name} has one sample: it takes two`,
    mend: 'scrape more often, or say scrapeInterval as it is in the file for --config, then outrider dashboards',
  };
}

async function recorded(evidence: Evidence, config: DashboardConfig, name: string, depth: number): Promise<Finding> {
  const from = await recordedFrom(evidence, name);
  if ('code' in from) return from;
  const { query, everyS } = from;
  const notYet: Finding = {
    code: 'too-young',
    why: `${name} is recorded every ${durationOf(everyS)}, and was not yet`,
  };
  if (depth >= DEEPEST || (await evidence.gives(query))) return notYet;
  const finding = await diagnose(evidence, config, query, depth + 1);
  return finding.code === 'no-match' ? notYet : finding;
}

async function missing(evidence: Evidence, config: DashboardConfig, name: string): Promise<Finding> {
  if (name === 'ALERTS') return { code: 'idle', why: 'no alert has fired' };
  const names = await evidence.names();
  const other = otherName(name, names);
  if (other !== undefined) return { code: 'other-name', why: `${name} ${other.why}`, mend: other.mend };
  const problem = await unreached(evidence, config);
  if (problem !== undefined) return problem;
  const emitter = definitionOf(name)?.emitter;
  if (emitter === 'app' && !names.has('process_uptime_seconds')) return nobodyPushes;
  const unused = whyUnused(name);
  if (unused !== undefined) return { code: 'not-used', ...unused };
  if (name.startsWith('http_server_')) {
    return {
      code: 'no-requests',
      why: 'applications push, and none has had a request',
      mend: 'send one; if there were some, put the middleware of your framework before the routes: docs/guide',
    };
  }
  return {
    code: 'metric-missing',
    why: `nothing has ever had ${name}`,
    mend: `outrider --version, here and where the ${emitter === 'app' ? 'application' : 'sidecar'} runs: are they the same?`,
  };
}

const nobodyPushes: Finding = {
  code: 'nobody-pushes',
  why: 'no application has told the sidecar anything',
  mend: 'app.use(outrider()) in the application, with the sidecar on the same host: docs/guide/install.md',
};

async function tooOld(evidence: Evidence, config: DashboardConfig, name: string): Promise<Finding> {
  const problem = await unreached(evidence, config);
  if (problem !== undefined) return problem;
  const last = await evidence.lastSampleS(name);
  const since = last === undefined ? 'for more than a week' : `since ${time(last)}`;
  const unused = whyUnused(name);
  if (unused !== undefined) return { code: 'not-used', why: `${unused.why} ${since}`, ...mendOf(unused) };
  const ends = definitionOf(name)?.emitter === 'app' ? 'is the application running?' : 'is the sidecar running?';
  return {
    code: 'too-old',
    why: `${name} has had no sample ${since}`,
    mend: `${ends} Else choose a time range that reaches back to it`,
  };
}

function mendOf({ mend }: { readonly mend?: string }): { readonly mend?: string } {
  return mend === undefined ? {} : { mend };
}

function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
