import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { getObserver } from '../get-observer.ts';
import type { Observer } from '../observer.ts';
import { slowLogEntry } from '../slow-log.ts';
import { countRequestBody, end, requestBodySize, responseBodySize, write } from './body-size.ts';
import { customLabels } from './custom-labels.ts';
import { Exchange, attachExchange, exchangeOf } from './exchange.ts';
import { followSession } from './http2-session.ts';
import { watchStream } from './http2-stream.ts';
import { checkOptions } from './options.ts';
import type { OutriderOptions, Settings } from './options.ts';
import { ERROR_CLIENT, ERROR_NONE, ERROR_SERVER, ERROR_STATUS, OUTCOMES, outcomeOf, sentStatus } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { isValidRequestId, requestIdOf } from './request-id.ts';
import { writeHead } from './response-headers.ts';
import { RouteWatch } from './route-watch.ts';
import { watchUpgrades } from './server-watch.ts';
import { slowRequest } from './slow-request.ts';
import { adoptUpgrade, followUpgrade, standInResponse, upgradeOf } from './upgrade.ts';

/** Finds the template of the route that a request took, at its end; undefined if it took none. */
export type RouteFinder = (exchange: Exchange) => string | undefined;

/** What not every adapter is like. */
export interface AdapterTraits {
  /** Whether upgrades are measured that do not come through {@link Instrumentation.begin}. @default true */
  readonly watchesServer?: boolean;
  /** Whether it sees only what the application has put behind it. @default true */
  readonly hasPlace?: boolean;
}

/** What an adapter works with: it begins each request here and needs to do nothing at its end. */
export class Instrumentation {
  readonly observer: Observer;
  readonly settings: Settings;
  readonly #findRoute: RouteFinder | undefined;
  readonly #routeWatch = new RouteWatch();
  readonly #watchesServer: boolean;
  // The server of the last request, as it nearly always is that of the next.
  #server: Server | undefined;

  /**
   * @param findRoute undefined where there is no router that could tell
   * @throws {OutriderError} on a wrong option
   */
  constructor(
    options: OutriderOptions,
    findRoute: RouteFinder | undefined,
    { watchesServer = true, hasPlace = true }: AdapterTraits = {},
  ) {
    this.settings = checkOptions(options);
    this.observer = options.observer ?? getObserver();
    this.observer.configure(options);
    this.#findRoute = findRoute;
    this.#watchesServer = watchesServer;
    if (!hasPlace) this.#routeWatch.seen();
  }

  /**
   * Begins a request: its headers are written and its end is recorded from here on. Undefined if it is observed
   * already, by this middleware on an outer application. An upgrade has begun before it is routed: it is handed over.
   *
   * @param response undefined where the framework has none, for an upgrade
   * @param id the one that the framework has given the request, kept where it is valid
   */
  begin(
    request: IncomingMessage,
    response: ServerResponse | undefined,
    context?: unknown,
    id?: string,
  ): Exchange | undefined {
    // One that was upgraded before anybody watched the server, and is now routed with a response that never closes.
    if ((request as { upgrade?: boolean | null }).upgrade === true) this.beginUpgrade(request, request.socket, id);
    const upgrade = upgradeOf(request);
    if (upgrade !== undefined) {
      const adopted = adoptUpgrade(upgrade, response, context);
      if (adopted !== undefined) this.#identify(adopted, id);
      return adopted;
    }
    if (response === undefined || exchangeOf(response) !== undefined) return undefined;
    if (this.#watchesServer) this.#watchServer(request);
    const exchange = this.#open(request, response, context, id);
    attachExchange(response, exchange);
    response.writeHead = writeHead;
    const { attribution } = this.observer;
    if (exchange.recorded && this.settings.attribution) {
      exchange.time = attribution.enter(exchange.startedAt, [request, response]);
    } else attribution.leave();
    if (exchange.recorded) this.#follow(exchange);
    return exchange;
  }

  /** Begins a request that a server has given to its `upgrade` or `connect` listeners; see {@link watchUpgrades}. */
  beginUpgrade(request: IncomingMessage, socket: Duplex, id?: string): void {
    if (upgradeOf(request) === undefined) {
      this.observer.attribution.leave();
      followUpgrade(this.#open(request, standInResponse(request), undefined, id), socket);
    }
  }

  #open(request: IncomingMessage, response: ServerResponse, context: unknown, id: string | undefined): Exchange {
    const { observer } = this;
    const recorded = observer.enabled && !this.#excluded(request);
    const exchange = new Exchange(this, request, response, context, recorded);
    this.#identify(exchange, id);
    if (recorded) {
      if (observer.stepBack.undecided) observer.stepBack.look(request);
      observer.requests.begin(exchange.method, exchange.scheme);
    }
    return exchange;
  }

  #identify(exchange: Exchange, given: string | undefined): void {
    if (this.settings.requestId === undefined) return;
    const { request } = exchange;
    exchange.id = given !== undefined && isValidRequestId(given) ? given : exchange.id || this.requestId(request);
    try {
      (request as IncomingMessage & { id?: unknown }).id = exchange.id;
    } catch {
      // The application has an `id` of its own there, and it cannot be written.
    }
  }

  #follow(exchange: Exchange): void {
    const { request, response } = exchange;
    response.write = write;
    response.end = end;
    countRequestBody(exchange);
    listen(response, onClose);
    if (isOver(request, response)) process.nextTick(() => this.end(exchange));
    else if (request.httpVersionMajor === 2) this.#followStream(exchange);
    // Pipelined, and not in its turn yet: where the connection breaks before, not every Node.js closes the response.
    else if (response.socket === null) listen(request, () => this.#endQueued(exchange));
  }

  #followStream(exchange: Exchange): void {
    const { stream } = exchange.request as unknown as Http2ServerRequest;
    watchStream(stream);
    // A response to HEAD whose body is piped closes only if the application calls its `end`; the stream always does.
    listen(stream, () => this.end(exchange));
    if (stream.session !== undefined) followSession(exchange, stream.session);
  }

  #watchServer({ httpVersionMajor, socket }: IncomingMessage): void {
    if (httpVersionMajor === 2) return;
    const { server } = (socket ?? {}) as { readonly server?: Server };
    if (server === undefined || server === this.#server) return;
    this.#server = server;
    watchUpgrades(server, this);
  }

  #endQueued(exchange: Exchange): void {
    const { request, response } = exchange;
    if (response.socket === null && (request.socket as Socket | null)?.destroyed === true) this.end(exchange);
  }

  /**
   * The id for a request: the incoming one where it is valid and trusted, else a new one; empty if there are to be none.
   * For frameworks that ask for it before {@link begin}, which is then told it.
   */
  requestId(request: IncomingMessage): string {
    if (this.settings.requestId === undefined) return '';
    const upgrade = upgradeOf(request);
    if (upgrade !== undefined) return upgrade.id;
    const { key, trust, generator } = this.settings.requestId;
    const incoming = request.headers[key];
    const trusted =
      incoming !== undefined &&
      (typeof trust === 'function' ? this.#call('trust', () => trust(request)) === true : trust === 'valid');
    const { id, rejected } = requestIdOf(incoming, trusted, generator && (() => this.#call('generator', generator)));
    if (rejected) this.observer.self.rejectedRequestIds++;
    return id;
  }

  #excluded(request: IncomingMessage): boolean {
    const { exclude } = this.settings;
    return exclude !== undefined && this.#call('exclude', () => exclude(request)) === true;
  }

  /** Ends a request, at the close of the response or, with what is known of it, of an upgraded connection. */
  end(exchange: Exchange, outcome?: Outcome, status?: number): void {
    if (exchange.ended) return;
    exchange.ended = true;
    exchange.siblings?.delete(exchange);
    const { request, response } = exchange;
    const { requests } = this.observer;
    exchange.duration = (performance.now() - exchange.startedAt) / 1000;
    exchange.outcome = OUTCOMES.indexOf(outcome ?? outcomeOf(request, response));
    exchange.status = status ?? sentStatus(exchange);
    if (status === undefined && exchange.status === 0) exchange.firstByte = -1;
    exchange.error = errorOf(exchange);
    exchange.requestSize = requestBodySize(exchange);
    exchange.responseSize = responseBodySize(exchange);
    this.#route(exchange);
    const { labels, streams } = this.settings;
    if (streams !== undefined && this.#call('streams', () => streams(request)) === true) exchange.stream = true;
    const given: unknown = labels && this.#call('labels', () => labels(request, response));
    if (given) this.#label(exchange, given);
    exchange.slow = !exchange.stream && exchange.duration >= this.settings.slowSeconds;
    requests.end(exchange);
    if (exchange.slow) this.#logSlow(exchange);
    exchange.time?.close();
  }

  #label(exchange: Exchange, given: unknown): void {
    const { labels, unfit } = customLabels(given);
    exchange.labels = labels;
    for (let left = unfit; left > 0; left--) this.observer.self.callbackFailed('labels');
  }

  #logSlow(exchange: Exchange): void {
    const request = slowRequest(exchange);
    this.observer.slowRequests.add(request);
    const suppressed = this.observer.slowLog.admit(performance.now());
    if (suppressed !== undefined) this.#call('log', () => this.settings.log(slowLogEntry(request, suppressed)));
  }

  #route(exchange: Exchange): void {
    const { routes } = this.observer.requests;
    const { route } = this.settings;
    const computed = route && this.#call('route', () => route(exchange.request));
    if (typeof computed === 'string' && computed !== '') {
      exchange.route = routes.computed(computed);
      this.#routeWatch.seen();
      return;
    }
    const findRoute = this.#findRoute;
    if (findRoute === undefined) return;
    const template = this.#call('router', () => findRoute(exchange));
    if (template === undefined) {
      this.#routeWatch.missed();
      return;
    }
    exchange.route = routes.declared(template);
    this.#routeWatch.seen();
  }

  // Functions of the application run inside its requests: what they throw is counted, and is not the request's matter.
  #call<Result>(name: string, callback: () => Result): Result | undefined {
    try {
      const result = callback();
      // A sink that writes somewhere may well be asynchronous; nobody else would hear of its rejection.
      if (result instanceof Promise) result.catch(() => this.observer.self.callbackFailed(name));
      return result;
    } catch {
      this.observer.self.callbackFailed(name);
      return undefined;
    }
  }
}

// One more may listen than before: Node warns of more than ten, and the application is to have its ten.
function listen(emitter: EventEmitter, listener: () => void): void {
  const limit = emitter.getMaxListeners();
  if (limit > 0) emitter.setMaxListeners(limit + 1);
  emitter.on('close', listener);
}

function onClose(this: ServerResponse): void {
  const exchange = exchangeOf(this)!;
  exchange.instrumentation.end(exchange);
}

// What comes before the middleware may have waited so long that the response is closed, which is told no second time.
function isOver(request: IncomingMessage, response: ServerResponse): boolean {
  return request.httpVersionMajor === 2
    ? (request as unknown as Http2ServerRequest).stream.destroyed
    : (response as ServerResponse & { readonly closed: boolean }).closed;
}

function errorOf({ outcome, status }: Exchange): number {
  if (outcome === 0) return status >= 500 ? ERROR_STATUS : ERROR_NONE;
  return OUTCOMES[outcome] === 'destroyed_by_server' ? ERROR_SERVER : ERROR_CLIENT;
}
