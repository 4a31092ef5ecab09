import { HistogramMetric, NumberMetric, OPERATION_BOUNDS, methodIndex } from '@outrider/core';
import type { Attribution, MetricSource, MetricVisitor, Observer, Wait } from '@outrider/core';
import { metricDefinition } from '@outrider/core/catalogue';
import { OutgoingHost } from './outgoing-host.ts';
import { OutgoingStepBack } from './outgoing-step-back.ts';
import type { OutgoingClient } from './outgoing-step-back.ts';
import type { ServerAddress } from './server-address.ts';

/** How many series there may be for each host, on average: one for each method, status and kind of error. */
const SERIES_PER_HOST = 10;

/** A call that is being made. It ends once, whichever of several events says so first. */
export class OutgoingCall {
  /** The status of the answer, once there is one. */
  status: number | undefined = undefined;
  readonly #calls: OutgoingCalls;
  readonly #client: OutgoingClient;
  readonly #host: OutgoingHost | undefined;
  readonly #method: number;
  readonly #active: number;
  readonly #wait: Wait | undefined;
  readonly #begun: number;
  #over = false;

  constructor(
    calls: OutgoingCalls,
    client: OutgoingClient,
    host: OutgoingHost | undefined,
    method: number,
    begun: number,
    wait: Wait | undefined,
  ) {
    this.#calls = calls;
    this.#client = client;
    this.#host = host;
    this.#method = method;
    this.#active = calls.activate(host, method);
    this.#wait = wait;
    this.#begun = begun;
  }

  /** @param failure the `error.type`, where no answer was received, or not the whole of it */
  end(failure?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#wait?.end();
    this.#calls.deactivate(this.#active);
    const seconds = (performance.now() - this.#begun) / 1000;
    this.#calls.record(this.#client, this.#host, this.#method, this.status, failure, seconds);
  }
}

/** Counts and times the calls that a process makes, by host. */
export class OutgoingCalls implements MetricSource {
  /** Called whenever no call is being made any more. */
  onIdle: (() => void) | undefined = undefined;
  readonly #attribution: Attribution;
  readonly #maxHosts: number;
  readonly #stepBack = new OutgoingStepBack();
  readonly #durations: HistogramMetric;
  readonly #activeRequests: NumberMetric;
  readonly #hosts = new Map<string, OutgoingHost>();
  #active = 0;

  /** @param maxHosts hosts with series of their own; the calls to all others share one with `otel.metric.overflow` */
  constructor(observer: Observer, maxHosts: number) {
    this.#attribution = observer.attribution;
    this.#maxHosts = maxHosts;
    const { budget } = observer;
    const limit = maxHosts * SERIES_PER_HOST;
    const duration = metricDefinition('http.client.request.duration');
    const active = metricDefinition('http.client.active_requests');
    this.#durations = new HistogramMetric(duration, OPERATION_BOUNDS, budget, limit);
    this.#activeRequests = new NumberMetric(active, budget, limit);
  }

  /** Whether no call is being made. */
  get idle(): boolean {
    return this.#active === 0;
  }

  /** The series of the calls to an address; undefined for those beyond the cap. */
  host(address: ServerAddress): OutgoingHost | undefined {
    const key = `${address.address} ${address.port ?? ''}`;
    let host = this.#hosts.get(key);
    if (host === undefined && this.#hosts.size < this.#maxHosts) {
      host = new OutgoingHost(address);
      this.#hosts.set(key, host);
    }
    return host;
  }

  /** Begins a call. To be called where the application makes it, since it is the wait of the request that is served there. */
  begin(client: OutgoingClient, host: OutgoingHost | undefined, method: string): OutgoingCall {
    const begun = performance.now();
    this.#stepBack.look(begun);
    return new OutgoingCall(this, client, host, methodIndex(method), begun, this.#attribution.begin('outgoing'));
  }

  /** Counts a call as active, in the series of the answer. */
  activate(host: OutgoingHost | undefined, method: number): number {
    const series = host?.active(this.#activeRequests, method) ?? this.#activeRequests.overflow();
    this.#activeRequests.add(series, 1);
    this.#active++;
    return series;
  }

  deactivate(series: number): void {
    this.#activeRequests.add(series, -1);
    this.#active--;
    if (this.idle) this.onIdle?.();
  }

  record(
    client: OutgoingClient,
    host: OutgoingHost | undefined,
    method: number,
    status: number | undefined,
    failure: string | undefined,
    seconds: number,
  ): void {
    if (this.#stepBack.hasLeft(client)) return;
    const series = host?.duration(this.#durations, method, status, failure) ?? this.#durations.overflow();
    this.#durations.record(series, seconds);
  }

  collect(visitor: MetricVisitor): void {
    this.#durations.collect(visitor);
    this.#activeRequests.collect(visitor);
  }
}
