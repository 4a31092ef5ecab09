import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { LoopWatch } from './loop-watch.ts';
import { RequestTime } from './request-time.ts';
import type { Wait } from './request-time.ts';
import type { WaitKind } from './split-time.ts';

export type { Wait } from './request-time.ts';
export type { WaitKind } from './split-time.ts';

interface Shared {
  readonly storage: AsyncLocalStorage<RequestTime | undefined>;
  readonly watch: LoopWatch;
  /** Requests whose time is being split. */
  underWay: number;
}

// One for all copies of the package: a pool is observed by the one and its caller by the other.
const KEY = Symbol.for('outrider.attribution.v1');

function shared(): Shared {
  const registry = globalThis as typeof globalThis & { [KEY]?: Shared };
  registry[KEY] ??= { storage: new AsyncLocalStorage(), watch: new LoopWatch(), underWay: 0 };
  return registry[KEY];
}

/** Attributes waits to the requests that they are for. Where no request asks for it, it does nothing. */
export class Attribution {
  readonly #shared: Shared = shared();
  readonly #onClose = (): void => {
    this.#shared.underWay--;
  };

  /**
   * Begins a wait on behalf of the request that is being served here; undefined where none is, or nobody asked.
   *
   * @example
   * const wait = observer.attribution.begin('query');
   * try {
   *   return await send(statement);
   * } finally {
   *   wait?.end();
   * }
   */
  begin(kind: WaitKind): Wait | undefined {
    if (this.#shared.underWay === 0) return undefined;
    return this.#shared.storage.getStore()?.begin(kind);
  }

  /**
   * Binds a callback to the request that is being served here. For what a library calls back from where another request
   * is served, such as a pool that hands a connection from the one that releases it to the one that waits.
   */
  bind<Given extends unknown[], Result>(callback: (...given: Given) => Result): (...given: Given) => Result {
    if (this.#shared.underWay === 0) return callback;
    const { storage } = this.#shared;
    const time = storage.getStore();
    return function bound(this: unknown, ...given) {
      return storage.run(time, () => callback.apply(this, given));
    };
  }

  /**
   * Begins to split the time of a request. What runs from here on is part of it, and what it leads to, and what its emitters
   * tell: the events of a body come from the connection, and other requests have come on that before.
   *
   * @param startedAt monotonic milliseconds
   */
  enter(startedAt: number, emitters: readonly EventEmitter[]): RequestTime {
    const { storage, watch } = this.#shared;
    const time = new RequestTime(startedAt, watch, this.#onClose);
    this.#shared.underWay++;
    storage.enterWith(time);
    for (const emitter of emitters) carry(storage, time, emitter);
    return time;
  }

  /** Begins a request whose time is not split: it is not to be taken for the one before on its connection. */
  leave(): void {
    const { storage, underWay } = this.#shared;
    if (underWay > 0 && storage.getStore() !== undefined) storage.enterWith(undefined);
  }
}

/** How an emitter tells its events, and as part of what. */
interface Carried {
  readonly emit: EventEmitter['emit'];
  readonly storage: Shared['storage'];
  readonly time: RequestTime;
}

const CARRIED = Symbol('outrider.carried');

type CarriedEmitter = EventEmitter & { [CARRIED]?: Carried };

function carry(storage: Shared['storage'], time: RequestTime, emitter: CarriedEmitter): void {
  const carried = emitter[CARRIED];
  // oxlint-disable-next-line typescript/unbound-method -- called with the emitter as `this`
  const { emit } = carried ?? emitter;
  emitter[CARRIED] = { emit, storage, time };
  if (carried === undefined) emitter.emit = carriedEmit;
}

// One function for all emitters: a closure for each would cost V8 some 20 MB of young generation under load.
function carriedEmit(this: CarriedEmitter, ...given: Parameters<EventEmitter['emit']>): boolean {
  const carried = this[CARRIED];
  // The application has given the method to another emitter, which is no part of the request.
  // oxlint-disable-next-line typescript/unbound-method -- called with the emitter as `this`
  if (carried === undefined) return Reflect.apply(EventEmitter.prototype.emit, this, given);
  const { emit, storage, time } = carried;
  // Most events of a request are heard by nobody, and a context costs more than to ask.
  if (storage.getStore() === time || this.listenerCount(given[0]) === 0) return Reflect.apply(emit, this, given);
  return storage.run(time, Reflect.apply, emit, this, given) as boolean;
}
