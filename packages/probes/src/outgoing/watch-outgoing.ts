import { OutriderError, getObserver } from '@outrider/core';
import type { Observer } from '@outrider/core';
import { show } from '@outrider/core/errors';
import http from 'node:http';
import https from 'node:https';
import { readers } from '../registry.ts';
import { ChannelListeners } from './channel-listeners.ts';
import { watchNodeHttp } from './node-http-calls.ts';
import { OutgoingCalls } from './outgoing-calls.ts';
import { watchUndici } from './undici-calls.ts';

const DEFAULT_MAX_HOSTS = 100;

/** What of the outgoing calls is watched. */
export interface WatchOutgoingOptions {
  /** @default the observer of the process */
  readonly observer?: Observer | undefined;
  /** Hosts, each with its port, that get series of their own; the calls to all others share one. @default 100 */
  readonly maxHosts?: number | undefined;
  /**
   * Whether to tell the open connections of `fetch` and of the global agents of `node:http` and `node:https`, as the
   * pools `fetch`, `http` and `https`. @default true
   */
  readonly connections?: boolean | undefined;
}

/** The watch of one observer. Begun again after it was stopped, it goes on with the same metrics. */
class OutgoingWatch {
  readonly #calls: OutgoingCalls;
  readonly #created: ChannelListeners;
  readonly #ended: ChannelListeners;

  constructor(observer: Observer, maxHosts: number) {
    const onFailure = (): void => observer.self.callbackFailed('outgoing');
    this.#created = new ChannelListeners(onFailure);
    this.#ended = new ChannelListeners(onFailure);
    this.#calls = new OutgoingCalls(observer, maxHosts);
    watchUndici(this.#calls, this.#created, this.#ended);
    watchNodeHttp(this.#calls, this.#created, this.#ended);
    observer.addSource(this.#calls);
  }

  start(): void {
    this.#calls.onIdle = undefined;
    this.#ended.open();
    this.#created.open();
  }

  stop(): void {
    this.#created.close();
    // The calls that are under way are still to end.
    if (this.#calls.idle) this.#ended.close();
    else this.#calls.onIdle = () => this.#ended.close();
  }
}

// On globalThis: two copies of the package, or a module that a hot reload evaluates again, would count each call twice.
const KEY = Symbol.for('outrider.outgoing.v1');

type Registry = typeof globalThis & { [KEY]?: WeakMap<Observer, Pick<OutgoingWatch, 'start' | 'stop'>> };

/**
 * Counts and times the HTTP calls that this process makes from now on, by method, host and outcome: those of `fetch`,
 * undici, `node:http` and `node:https`. It listens to what they publish and patches nothing. A second call goes on with the
 * first one's options.
 *
 * `http.client.request.duration` is the time until the answer has been received, or the call has failed. Its `error.type`
 * is `timeout`, `aborted` by the caller, the code of the error, or the status from 400 on. Each try and each hop of a
 * redirect is a call. Upgrades of undici and what goes out over `node:http2` are not seen.
 *
 * @returns stops watching; the calls under way are counted to their end
 * @throws {OutriderError} OUTRIDER_OPTION
 * @example
 * const stop = watchOutgoing();
 * await fetch('https://example.org/');
 * stop();
 */
export function watchOutgoing({
  observer = getObserver(),
  maxHosts = DEFAULT_MAX_HOSTS,
  connections = true,
}: WatchOutgoingOptions = {}): () => void {
  if (!Number.isInteger(maxHosts) || maxHosts < 1) {
    throw new OutriderError('OUTRIDER_OPTION', {
      option: 'maxHosts',
      value: show(maxHosts),
      expected: 'a positive integer',
    });
  }
  if (!observer.enabled) return () => {};
  const registry = globalThis as Registry;
  const watches = (registry[KEY] ??= new WeakMap());
  let watch = watches.get(observer);
  if (watch === undefined) {
    watch = new OutgoingWatch(observer, maxHosts);
    watches.set(observer, watch);
    if (connections) watchConnections(observer);
  }
  watch.start();
  return () => watch.stop();
}

function watchConnections(observer: Observer): void {
  observer.addReaders(readers);
  for (const [name, target] of [
    ['http', http.globalAgent],
    ['https', https.globalAgent],
    ['fetch', fetch],
  ] as const) {
    try {
      observer.pool(target, { name });
    } catch {
      // The undici of Node.js 22 tells no figures of its agent, and an application may have put another one in its place.
    }
  }
}
