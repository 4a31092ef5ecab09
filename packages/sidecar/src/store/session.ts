import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import { Base } from './base.ts';
import { afterTheEnd, isCumulative, isSumOfDeltas } from './cumulative.ts';
import { processOf, valueOf } from './identity.ts';
import type { Identity } from './identity.ts';
import { haveSameSeries, metricKey, pointKeys, withPoints } from './points.ts';
import { Presence } from './presence.ts';
import type { SessionState } from './presence.ts';
import { attributesWeight, slowRequestsWeight, weightOf } from './weight.ts';

export type { SessionState } from './presence.ts';

interface Own {
  readonly metric: Metric;
  readonly weight: number;
  /** How many series of the base it continues, and what they weigh. */
  readonly continued: number;
  readonly continuedWeight: number;
}

/** One process that pushes, from its first push until it is forgotten or its slot is taken over. */
export class Session {
  readonly identity: Identity;
  readonly worker: number;
  /** What the processes counted that had the slot before. */
  readonly base: Base;
  resource: Attributes;
  /** The last slow requests it told; undefined if it never told any. */
  slowRequests: readonly SlowRequest[] | undefined;
  /** Whether the process is there. */
  readonly presence: Presence = new Presence();
  /** Whether its end has been counted. */
  isExitCounted = false;
  readonly #own = new Map<string, Own>();
  #ownSeries = 0;
  #continued = 0;
  #ownWeight = 0;
  #continuedWeight = 0;
  #totals: readonly Metric[] | undefined;

  constructor(identity: Identity, worker: number, resource: Attributes, base: Base = new Base()) {
    this.identity = identity;
    this.worker = worker;
    this.resource = resource;
    this.base = base;
  }

  /** What the process told last. */
  get own(): readonly Metric[] {
    return [...this.#own.values()].map(({ metric }) => metric);
  }

  /** What the processes of the slot told together. */
  get metrics(): readonly Metric[] {
    this.#totals ??= this.base.series === 0 ? this.#shown : this.base.total(this.#shown);
    return this.#totals;
  }

  // Of one that does not push, a sum of deltas that may fall is kept and not shown.
  get #shown(): readonly Metric[] {
    return this.state === 'live' ? this.own : this.own.filter(isCumulative);
  }

  /** What the process told last of a metric. */
  ownOf(metric: Metric): Metric | undefined {
    return this.#own.get(metricKey(metric))?.metric;
  }

  /** The processes whose counts are in it. */
  get processes(): readonly string[] {
    const own = processOf(this.resource);
    return own === undefined ? this.base.processes : [own, ...this.base.processes];
  }

  /** How it is with the process now. */
  get state(): SessionState {
    return this.presence.state;
  }

  /** Whether it is another sidecar's, which forwards what it counted of the processes of the service, and is none of them. */
  get isSidecars(): boolean {
    // Asked of every session at every look.
    for (const { metric } of this.#own.values()) if (metric.name === 'app.process.exits') return true;
    return false;
  }

  /** What tells the process or thread from all others, whatever pushes for it. */
  get workerKey(): string {
    const process = processOf(this.resource);
    return process === undefined ? this.identity.key : `${process} ${valueOf(this.resource, 'thread.id') ?? ''}`;
  }

  /** Points held, over all metrics; a series that continues one of the base is one with it. */
  get series(): number {
    return this.#ownSeries + this.#alone;
  }

  get #alone(): number {
    return this.base.series - this.#continued;
  }

  /** Roughly the bytes held; what continues the base is counted once. */
  get weight(): number {
    const told = attributesWeight(this.resource) + slowRequestsWeight(this.slowRequests);
    return told + this.#ownWeight + this.base.weight - this.#continuedWeight;
  }

  /** What it told itself and tells again when it comes back. Who sends deltas begins anew then. */
  get toldAgain(): readonly Metric[] {
    return this.own.filter((metric) => isCumulative(metric) && !isSumOfDeltas(metric));
  }

  /** Points held of a metric. */
  seriesOf(metric: Metric): number {
    const own = this.#own.get(metricKey(metric));
    return (own?.metric.points.length ?? 0) + this.base.seriesOf(metric) - (own?.continued ?? 0);
  }

  /** What the process itself told of a metric, in bytes, but for what continues the base. */
  weightOf(metric: Metric): number {
    const own = this.#own.get(metricKey(metric));
    return own === undefined ? 0 : own.weight - own.continuedWeight;
  }

  /** The keys of the series of a metric. */
  keysOf(metric: Metric): ReadonlySet<string> {
    const own = this.#own.get(metricKey(metric))?.metric;
    return new Set([...(own === undefined ? [] : pointKeys(own)), ...this.base.keysOf(metric)]);
  }

  /** Puts a metric in the place of its predecessor. */
  replace(metric: Metric): void {
    const key = metricKey(metric);
    const before = this.#own.get(key);
    if (metric.points.length === 0) return this.#remove(key);
    const isSame = before !== undefined && haveSameSeries(before.metric, metric);
    const { continued, continuedWeight } = isSame ? before : this.continuedBy(metric);
    const own: Own = { metric, weight: weightOf(metric), continued, continuedWeight };
    this.#own.set(key, own);
    this.#add(before, -1);
    this.#add(own, 1);
  }

  /** Ends what was true at a moment, of any metric but these. What was counted stays: a count does not fall. */
  retain(metrics: readonly Metric[]): void {
    const told = new Set(metrics.map(metricKey));
    for (const [key, { metric }] of this.#own) if (!told.has(key) && !isCumulative(metric)) this.#remove(key);
  }

  /** How many series of a metric the base has, and what they weigh. */
  continuedBy(metric: Metric): Pick<Own, 'continued' | 'continuedWeight'> {
    if (this.base.seriesOf(metric) === 0) return { continued: 0, continuedWeight: 0 };
    const held = this.base.keysOf(metric);
    const keys = pointKeys(metric);
    const points = metric.points.filter((_point, at) => held.has(keys[at] ?? ''));
    const continued = new Set(keys.filter((key) => held.has(key))).size;
    return { continued, continuedWeight: weightOf(withPoints(metric, points)) };
  }

  #remove(key: string): void {
    const own = this.#own.get(key);
    this.#own.delete(key);
    this.#add(own, -1);
  }

  #add(own: Own | undefined, sign: 1 | -1): void {
    this.#totals = undefined;
    if (own === undefined) return;
    this.#ownSeries += sign * own.metric.points.length;
    this.#continued += sign * own.continued;
    this.#ownWeight += sign * own.weight;
    this.#continuedWeight += sign * own.continuedWeight;
  }

  /**
   * Drops series of processes that are gone, up to `count` of them: of the base, what the process has not continued; and
   * what it counted itself, if it is gone too.
   *
   * @param coming metrics that are about to be put in; what they continue stays
   * @returns how many it dropped
   */
  release(count: number, coming: readonly Metric[]): number {
    const released = this.#alone === 0 ? 0 : this.#releaseBase(count, coming);
    return this.presence.isPresent ? released : released + this.#releaseOwn(count - released);
  }

  #releaseOwn(count: number): number {
    const before = this.series;
    for (const metric of this.own) {
      const excess = count - (before - this.series);
      if (excess <= 0) break;
      this.replace(withPoints(metric, metric.points.slice(excess)));
    }
    return before - this.series;
  }

  #releaseBase(count: number, coming: readonly Metric[]): number {
    const spared = new Map<string, Set<string>>();
    for (const metric of [...this.own, ...coming]) {
      const key = metricKey(metric);
      spared.set(key, new Set([...(spared.get(key) ?? []), ...pointKeys(metric)]));
    }
    this.#totals = undefined;
    return this.base.drop(count, (metric, series) => spared.get(metric)?.has(series) === true);
  }

  /** Adds what the process counted to the base, which is its successor's. */
  fold(): Base {
    for (const metric of this.own) this.base.add(metric);
    const process = processOf(this.resource);
    if (process !== undefined) this.base.addProcess(process);
    return this.base;
  }

  /** Ends the live part: what was true at a moment goes, what was counted stays. */
  leave(state: Exclude<SessionState, 'live'>, now: number): void {
    this.presence.leave(state, now);
    this.#totals = undefined;
    for (const [key, own] of this.#own) {
      const left = afterTheEnd(own.metric);
      if (left === undefined) this.#remove(key);
      else this.#own.set(key, { ...own, metric: left });
    }
  }
}
