import { Attribution } from './attribution/attribution.ts';
import { LATENCY_BOUNDS } from './bounds.ts';
import { BreakerSource } from './breaker-source.ts';
import { CacheSource } from './cache-source.ts';
import type { CacheProbeOptions } from './cache-source.ts';
import { metricDefinition } from './catalogue.ts';
import { exitReason } from './exit-reason.ts';
import { StepBack } from './http/step-back.ts';
import type { Counter } from './instruments/counter.ts';
import type { Gauge } from './instruments/gauge.ts';
import type { Histogram } from './instruments/histogram.ts';
import type { HistogramOptions, InstrumentOptions, ObservedGaugeOptions } from './instruments/instrument-options.ts';
import { Instruments } from './instruments/instruments.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import { PoolSource } from './pool-source.ts';
import type { PoolProbeOptions } from './pool-source.ts';
import type { BreakerStats, CacheStats, PoolReader, PoolStats, QueueStats, Reader, Unwrapper } from './probe.ts';
import { encodeOtlpJson } from './push/otlp-json.ts';
import { Pusher } from './push/pusher.ts';
import type { Push, PushResult } from './push/pusher.ts';
import { Reading } from './push/reading.ts';
import { pushHeaders, pushTargets } from './push/target.ts';
import { QueueSource } from './queue-source.ts';
import { RequestRecorder } from './recorder/request-recorder.ts';
import { SeriesBudget } from './recorder/series-budget.ts';
import type { ProcessTelling } from './runtime/process-telling.ts';
import { RuntimeSources } from './runtime/runtime-sources.ts';
import { SelfSource } from './self-source.ts';
import { detectResource } from './service.ts';
import type { Resource } from './service.ts';
import type { LogTarget } from './slow-log-sink.ts';
import { SlowLogLimiter } from './slow-log.ts';
import { SlowRequests } from './slow-requests.ts';
import type { RunningTimer, TimerOptions } from './timer/running-timer.ts';
import { Timers } from './timer/timers.ts';
import { VERSION } from './version.ts';
import { warnOnce } from './warn.ts';
import { within } from './within.ts';

const PROBE_ERRORS = metricDefinition('outrider.probe.errors');

const DEFAULT_INTERVAL_MS = 5000;
const PUSH_TIMEOUT_MS = 2000;
const LAST_PUSH_TIMEOUT_MS = 1000;
const SERIES_LIMIT = 2000;

/** What an observer reads of the world; each has the process's own as its default. */
export interface ObserverOptions {
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The script that was started. @default process.argv[1] */
  readonly entryPoint?: string | undefined;
  /** Whether to push. @default true */
  readonly push?: boolean;
  /** Whether to measure event loop, heap, process and cgroup. @default true */
  readonly runtime?: boolean;
  /** Which thread tells what concerns the whole process. @default this one */
  readonly threads?: ProcessTelling;
  /** Series of the request metrics at the most. @default 2000 */
  readonly seriesLimit?: number;
}

/** What holds for the whole process and can be set until the first request or push. */
export interface ObserverSettings {
  readonly service?: string | undefined;
  readonly buckets?: readonly number[] | undefined;
  /** `false` stops the push: for an application whose own OpenTelemetry reader takes the metrics along. */
  readonly push?: boolean | undefined;
  /**
   * `false` tells `http.server.request.duration` also where OpenTelemetry's instrumentation-http records it: for an
   * application that drops that one somewhere else than in its MeterProvider.
   */
  readonly stepBack?: boolean | undefined;
  /** A logger takes slow operations too; a function was made for slow requests, and gets none. */
  readonly log?: LogTarget<never> | undefined;
}

/** How a queue or circuit breaker is called. */
export interface ProbeOptions {
  /** Unique among those of its kind in the process. */
  readonly name: string;
}

/**
 * The centre of Outrider in an application: adapters record requests here, pools and caches are registered here, and
 * whatever reads (the push, an OpenTelemetry reader) reads here. An application has one, {@link getObserver}'s.
 *
 * @example
 * const observer = getObserver();
 * observer.pool(() => ({ used: 3, idle: 1, pending: 0, limit: 10 }), { name: 'orders' });
 */
export class Observer {
  /** False where OTEL_SDK_DISABLED is `true`: nothing is recorded, measured or pushed. */
  readonly enabled: boolean;
  /** When the counters began, in milliseconds since the epoch. */
  readonly startTime: number = Date.now();
  /** How much of the slow log may be written. */
  readonly slowLog: SlowLogLimiter = new SlowLogLimiter(performance.now());
  /** The last slow requests, for the sidecar. */
  readonly slowRequests: SlowRequests = new SlowRequests();
  /** Whether OpenTelemetry tells `http.server.request.duration` in place of this observer. */
  readonly stepBack: StepBack = new StepBack(() => {
    this.requests.tellsDuration = false;
  });
  readonly self: SelfSource = new SelfSource(this.slowLog);
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #entryPoint: string | undefined;
  /** How many series there may be: one budget for requests and everything else that is counted by attributes. */
  readonly budget: SeriesBudget;
  /** Whose time a wait is. */
  readonly attribution: Attribution = new Attribution();
  readonly #pools: PoolSource;
  readonly #caches: CacheSource;
  readonly #queues: QueueSource;
  readonly #breakers: BreakerSource;
  readonly #instruments: Instruments;
  readonly #timers: Timers;
  readonly #added: MetricSource[] = [];
  readonly #pusher: Pusher | undefined;
  readonly #runtime: RuntimeSources | undefined;
  #settings: ObserverSettings = {};
  #resource: Resource | undefined;
  #requests: RequestRecorder | undefined;
  readonly #flushes: Array<(last: boolean) => Promise<unknown>> = [];
  #closing: Promise<void> | undefined;

  constructor(options: ObserverOptions = {}) {
    this.#environment = options.environment ?? process.env;
    this.#entryPoint = 'entryPoint' in options ? options.entryPoint : process.argv[1];
    this.budget = new SeriesBudget(options.seriesLimit ?? SERIES_LIMIT);
    this.enabled = this.#environment['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true';
    this.#pools = new PoolSource(this.budget, this.attribution, this.enabled);
    this.#caches = new CacheSource(this.enabled);
    this.#queues = new QueueSource(this.enabled);
    this.#breakers = new BreakerSource(this.enabled);
    this.#instruments = new Instruments(this.budget, this.enabled);
    this.#timers = new Timers(this, this.#instruments);
    if (!this.enabled) return;
    const intervalMs = pushInterval(this.#environment['OTEL_METRIC_EXPORT_INTERVAL']);
    if (options.runtime !== false) {
      // What a process that runs out of memory pushed last is all that can be known of it.
      const onHeapNearlyFull = (): void => this.#pusher?.pushSoon();
      this.#runtime = new RuntimeSources(intervalMs, this.#pools, options.threads, onHeapNearlyFull);
    }
    if (options.push !== false) {
      this.#pusher = new Pusher({
        targets: () => pushTargets(this.#environment),
        // A sidecar that knows the interval knows when this process is silent.
        headers: { ...pushHeaders(this.#environment), 'outrider-interval': String(intervalMs) },
        encode: (push) => this.#encode(push),
        intervalMs,
        timeoutMs: PUSH_TIMEOUT_MS,
        lastTimeoutMs: LAST_PUSH_TIMEOUT_MS,
      });
      this.#pusher.start();
    }
  }

  /** Sets what holds for the whole process. What comes too late, or contradicts what was set, is warned of once. */
  configure({ service, buckets, push, stepBack, log }: ObserverSettings): void {
    if (typeof log === 'object') this.#timers.log = log;
    if (push === false) this.#pusher?.leave();
    if (stepBack === false) this.stepBack.never();
    if (service !== undefined && service !== this.#settings.service) {
      if (this.#resource !== undefined)
        warnOnce(
          `service ${service} came too late: this process is already known as ${this.#resource['service.name']}`,
        );
      else this.#settings = { ...this.#settings, service };
    }
    if (buckets !== undefined && String(buckets) !== String(this.#settings.buckets)) {
      if (this.#requests !== undefined) warnOnce('buckets came too late: requests have been recorded with others');
      else this.#settings = { ...this.#settings, buckets };
    }
  }

  /** Who this process is, as OpenTelemetry resource attributes. */
  get resource(): Resource {
    this.#resource ??= detectResource({
      service: this.#settings.service,
      environment: this.#environment,
      entryPoint: this.#entryPoint,
    });
    return this.#resource;
  }

  /** Where adapters record requests. */
  get requests(): RequestRecorder {
    if (this.#requests === undefined) {
      const version = this.resource['service.version'];
      this.#requests = new RequestRecorder({
        bounds: this.#settings.buckets ?? LATENCY_BOUNDS,
        serviceVersion: version === undefined ? undefined : String(version),
        budget: this.budget,
      });
    }
    return this.#requests;
  }

  /** Makes libraries known to {@link pool}, {@link cache}, {@link queue} and {@link breaker}. `@outrider/probes` calls it. */
  addReaders({
    pools = [],
    caches = [],
    queues = [],
    breakers = [],
    unwrappers = [],
  }: {
    readonly pools?: readonly PoolReader[];
    readonly caches?: readonly Reader<CacheStats>[];
    readonly queues?: readonly Reader<QueueStats>[];
    readonly breakers?: readonly Reader<BreakerStats>[];
    /** Find the pool in what holds one. */
    readonly unwrappers?: readonly Unwrapper[];
  }): void {
    this.#pools.probes.addReaders(pools, unwrappers);
    this.#caches.probes.addReaders(caches);
    this.#queues.probes.addReaders(queues);
    this.#breakers.probes.addReaders(breakers);
  }

  /**
   * Reports a connection pool from now on: a library's own pool object, or a function that returns its figures. It is also
   * looked at every twenty milliseconds, for the high-water mark: such a function should be cheap, and change nothing.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET, OUTRIDER_PROBE_TIMINGS
   */
  pool(target: object | (() => PoolStats), options: PoolProbeOptions): void {
    this.#pools.add(target, options);
  }

  /**
   * Reports a cache from now on: a library's own cache object, or a function that returns its figures. One of several
   * tiers, such as a cache-manager's with two stores, is reported as `L1`, `L2` and so on.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET
   */
  cache(target: object | (() => CacheStats), options: CacheProbeOptions): void {
    this.#caches.add(target, options);
  }

  /**
   * Reports a queue from now on: a library's own queue object, or a function that returns its figures.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET
   */
  queue(target: object | (() => QueueStats), { name }: ProbeOptions): void {
    this.#queues.probes.add(target, name, name);
  }

  /**
   * Reports a circuit breaker from now on: a library's own object, or a function that returns its state and figures.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET
   */
  breaker(target: object | (() => BreakerStats), { name }: ProbeOptions): void {
    this.#breakers.probes.add(target, name, name);
  }

  /**
   * The counter of a name: the same one each time. Name, unit and limits as in {@link histogram}.
   *
   * @throws {OutriderError} OUTRIDER_INSTRUMENT_NAME, _TAKEN, _CONFLICT, OUTRIDER_OPTION, OUTRIDER_UNKNOWN_OPTION
   * @example observer.counter('orders.placed', { unit: '{order}' }).add(1, { channel: 'web' });
   */
  counter(name: string, options?: InstrumentOptions): Counter {
    return this.#instruments.counter(name, options);
  }

  /**
   * The gauge of a name, that is set or, with `read`, asked whenever metrics are read. The rest as in {@link counter}.
   *
   * @example observer.gauge('stock.level', { read: () => [{ value: stock.apples, attributes: { fruit: 'apple' } }] });
   */
  gauge(name: string, options: ObservedGaugeOptions): void;
  gauge(name: string, options?: InstrumentOptions): Gauge;
  gauge(name: string, options?: InstrumentOptions | ObservedGaugeOptions): Gauge | undefined {
    return this.#instruments.gauge(name, options);
  }

  /**
   * The histogram of a name: letters, digits, `.`, `_`, `-` and `/`, 255 at the most, the first a letter; not one of a
   * metric of Outrider's, nor one that is the same on /metrics. It may have two hundred series: what is beyond them, or
   * beyond the process's budget, is counted in one with `otel.metric.overflow`. What throws is as in {@link counter}.
   *
   * @example observer.histogram('basket.value', { unit: 'EUR', buckets: [10, 50, 100] }).record(42);
   */
  histogram(name: string, options?: HistogramOptions): Histogram {
    return this.#instruments.histogram(name, options);
  }

  /**
   * Runs a function, times it in `operation.duration`, and returns what it returns. A promise is timed until it settles,
   * and another that settles alike comes back; a generator from its first step until it is done. Errors are counted by
   * type and thrown on untouched. Of the first two hundred names each has its own series.
   *
   * @example const total = await observer.timer('basket.total', () => totalOf(basket), { slowMs: 200 });
   */
  timer<Result>(name: string, run: () => Result, options?: TimerOptions): Result {
    return this.#timers.run(name, run, options);
  }

  /**
   * Times from here until its `end`, or the end of the block where it is declared with `using`.
   *
   * @example using _ = observer.startTimer('report.render');
   */
  startTimer(name: string, options?: TimerOptions): RunningTimer {
    return this.#timers.start(name, options);
  }

  /** Has one more source told whenever this observer tells its metrics. */
  addSource(source: MetricSource): void {
    this.#added.push(source);
  }

  /** Tells a visitor every metric there is. Reading changes nothing, so any number of readers agree. */
  collect(visitor: MetricVisitor): void {
    for (const source of this.#sources()) source.collect(visitor);
  }

  #sources(): MetricSource[] {
    const sources: MetricSource[] = [
      this.#pools,
      this.#caches,
      this.#queues,
      this.#breakers,
      this.#instruments,
      this.#timers,
      ...this.#added,
      { collect: (visitor) => this.#collectProbeErrors(visitor) },
      this.self,
    ];
    // Until an adapter is there, a process that only watches pools says nothing of requests.
    if (this.#requests !== undefined) sources.unshift(this.#requests);
    if (this.#runtime !== undefined) sources.push(...this.#runtime.sources);
    if (this.#pusher !== undefined) sources.push(this.#pusher);
    return sources;
  }

  #collectProbeErrors(visitor: MetricVisitor): void {
    visitor.metric(PROBE_ERRORS);
    this.#pools.probes.collectErrors(visitor);
    this.#caches.probes.collectErrors(visitor);
    this.#queues.probes.collectErrors(visitor);
    this.#breakers.probes.collectErrors(visitor);
  }

  #encode({ last, sidecar }: Push): Iterable<string> {
    const goodbye = last ? { 'outrider.shutdown': true, 'outrider.exit.reason': exitReason() } : {};
    const alarm = sidecar && this.#runtime?.heapIsNearlyFull === true ? { 'outrider.heap.nearly_full': true } : {};
    return encodeOtlpJson(new Reading(this.#sources()), {
      resource: { ...this.resource, ...alarm, ...goodbye },
      scopeName: '@outrider/core',
      scopeVersion: VERSION,
      startTime: this.startTime,
      time: Date.now(),
      slowRequests: sidecar ? this.slowRequests.json() : undefined,
    });
  }

  /**
   * Has something else flushed whenever this observer pushes at the end of the process, such as the exporters of an
   * OpenTelemetry SDK. Whoever listens for signals itself would change what they mean; see {@link getObserver}.
   *
   * @param flush called with whether it is the last time; it may reject, and is waited for a second at the most
   */
  onFlush(flush: (last: boolean) => Promise<unknown>): void {
    this.#flushes.push(flush);
  }

  /** Pushes now. Never rejects; the answer says what became of it, `undefined` if pushing is off or has ended. */
  async push(): Promise<PushResult | undefined> {
    const [result] = await Promise.all([this.#pusher?.push(), this.#flush(false)]);
    return result;
  }

  async #flush(last: boolean): Promise<void> {
    const flushed = Promise.allSettled(this.#flushes.map(async (flush) => flush(last)));
    if (this.#flushes.length > 0) await within(LAST_PUSH_TIMEOUT_MS, flushed);
  }

  /** Gets ready for {@link pushAtExit}, or does all that it would where nobody may be there to wait for. Never rejects. */
  async prepareExit(): Promise<void> {
    if (this.#pusher?.reachesSomebody !== true) return this.shutdown();
    this.#runtime?.sample();
    await this.#flush(true);
  }

  /**
   * Pushes once more, unless {@link shutdown} has, and holds up the thread meanwhile: for its `exit`, when nothing
   * asynchronous happens any more. A second at the most. Never throws.
   */
  pushAtExit(): void {
    this.#pusher?.shutdownBlocking();
  }

  /** Pushes once more and stops all timers. Never rejects; a second call waits for the first. */
  shutdown(): Promise<void> {
    this.#closing ??= (async () => {
      this.#runtime?.sample();
      await Promise.all([this.#pusher?.shutdown(), this.#flush(true)]);
      this.#runtime?.close();
    })();
    return this.#closing;
  }
}

function pushInterval(text: string | undefined): number {
  const milliseconds = Number(text);
  // The variable is in milliseconds; what is not a number of at least a tenth of a second is as if not set.
  return text && milliseconds >= 100 && milliseconds < 2 ** 31 ? milliseconds : DEFAULT_INTERVAL_MS;
}
