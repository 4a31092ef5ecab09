import type { Labels, LoadedRuleGroup, Target } from '../live/loaded.ts';
import type { PrometheusClient } from '../live/prometheus-client.ts';
import { written } from './selectors.ts';
import type { Selector } from './selectors.ts';

// How far back it is looked for what is not there any more.
const PAST = '7d';

/** What a Prometheus knows, each thing asked for once, and only if somebody wants to know. */
export class Evidence {
  readonly #client: PrometheusClient;
  readonly #endS: number;
  readonly #values = new Map<string, Promise<number | undefined>>();
  readonly #labels = new Map<string, Promise<readonly string[]>>();
  readonly #labelNames = new Map<string, Promise<ReadonlySet<string>>>();
  #names: Promise<ReadonlySet<string>> | undefined;
  #targets: Promise<readonly Target[] | undefined> | undefined;
  #rules: Promise<readonly LoadedRuleGroup[] | undefined> | undefined;
  #formats = true;
  /** The time range that is looked at, as PromQL has it: `3600s`. */
  readonly range: string;

  constructor(client: PrometheusClient, rangeS: number, endS: number) {
    this.#client = client;
    this.#endS = endS;
    this.range = `${rangeS}s`;
  }

  /** Whether series had a sample in the time range, or in one of that length that ended so long before. */
  async has(selector: Selector, offsetS = 0): Promise<boolean> {
    const offset = offsetS === 0 ? '' : ` offset ${offsetS}s`;
    return (await this.#value(`count(last_over_time(${written(selector)}[${this.range}]${offset}))`)) !== undefined;
  }

  /** The most samples that one of the series had in a window of this length, within the time range. */
  async samplesIn(selector: Selector, windowS: number): Promise<number> {
    const samples = `count_over_time(${written(selector)}[${windowS}s])`;
    const now = (await this.#value(`max(${samples})`)) ?? 0;
    if (now > 1) return now;
    // The steps of a subquery are at multiples of their length: what is younger than the last one has only the end.
    const earlier = `max(max_over_time(${samples}[${this.range}:${Math.max(windowS, 15)}s]))`;
    return Math.max(now, (await this.#value(earlier)) ?? 0);
  }

  /** Whether an expression has a result at the end of the time range. */
  async gives(expr: string): Promise<boolean> {
    return (await this.#value(expr)) !== undefined;
  }

  /** The most samples that one of the series had in the whole time range. */
  async samples(selector: Selector): Promise<number> {
    return (await this.#value(`max(count_over_time(${written(selector)}[${this.range}]))`)) ?? 0;
  }

  /** When the last sample was, in seconds since 1970, if that was in the last week. */
  lastSampleS(name: string): Promise<number | undefined> {
    return this.#value(`max(max_over_time(timestamp(${name})[${PAST}:5m]))`);
  }

  /** The labels of the series that an expression gives. */
  async labelsIn(expr: string): Promise<readonly Labels[]> {
    return (await this.#client.query(expr, this.#endS)).map(({ labels }) => labels);
  }

  /** The value of one series that an expression gives. */
  #value(expr: string): Promise<number | undefined> {
    const asked =
      this.#values.get(expr) ?? this.#client.query(expr, this.#endS).then(([first]) => first?.samples[0]?.[1]);
    this.#values.set(expr, asked);
    return asked;
  }

  /** Names of all metrics that there ever were. */
  names(): Promise<ReadonlySet<string>> {
    this.#names ??= this.values('__name__', '{__name__=~".+"}').then((names) => new Set(names));
    return this.#names;
  }

  /** Values of a label in the series that a selector matches. */
  values(label: string, match: string): Promise<readonly string[]> {
    const key = `${label} ${match}`;
    const asked = this.#labels.get(key) ?? this.#client.labelValues(label, match);
    this.#labels.set(key, asked);
    return asked;
  }

  /** Names of the labels that the series of a metric have. */
  labelsOf(name: string): Promise<ReadonlySet<string>> {
    const asked =
      this.#labelNames.get(name) ??
      this.#client.labelNames(name).then((labels) => new Set(labels.filter((label) => label !== '__name__')));
    this.#labelNames.set(name, asked);
    return asked;
  }

  /** What is scraped; undefined where nobody says, as with what only stores. */
  targets(): Promise<readonly Target[] | undefined> {
    this.#targets ??= this.#client.targets().catch(() => undefined);
    return this.#targets;
  }

  /** What rules there are; undefined where nobody says. */
  rules(): Promise<readonly LoadedRuleGroup[] | undefined> {
    this.#rules ??= this.#client.rules().catch(() => undefined);
    return this.#rules;
  }

  /** An expression as Prometheus writes it; undefined where nobody says. */
  async normalForm(expr: string): Promise<string | undefined> {
    if (!this.#formats) return undefined;
    try {
      return await this.#client.formatQuery(expr);
    } catch {
      // Who does not do it once is not asked again: there are dozens of rules.
      this.#formats = false;
      return undefined;
    }
  }
}
