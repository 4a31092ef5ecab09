import type { PoolTimings, PoolWait } from '@outrider/core';
import { isThenable } from './thenable.ts';

type Callback = (...results: unknown[]) => unknown;

/** The callers of one pool: what they wait for a connection, and how long they keep it. */
export class PoolCallers {
  readonly #timings: PoolTimings;
  readonly #isTimeout: (error: unknown) => boolean;
  // When each connection was handed over. Weak: one that is destroyed in use is never given back.
  readonly #handedOver = new WeakMap<object, number>();

  /** @param isTimeout whether an error that a caller gets says that it took too long */
  constructor(timings: PoolTimings, isTimeout: (error: unknown) => boolean) {
    this.#timings = timings;
    this.#isTimeout = isTimeout;
  }

  /**
   * Calls the pool's method that asks for a connection, with a callback `(error, connection, ...)` as the first argument
   * or else for a promise, and gives back what it does.
   */
  ask(method: (...args: unknown[]) => unknown, self: unknown, args: readonly unknown[]): unknown {
    const wait = this.#timings.wait();
    try {
      const [callback, ...rest] = args;
      if (typeof callback === 'function') {
        return Reflect.apply(method, self, [this.#endingBy(callback as Callback, wait), ...rest]);
      }
      const answer = Reflect.apply(method, self, args);
      if (!isThenable(answer)) {
        wait.end('error');
        return answer;
      }
      // The caller is given what follows, not the first promise: that one would count as handled, and a rejection that
      // the caller forgot to handle would no longer be told.
      return answer.then(
        (connection) => {
          this.handedOver(connection, wait);
          return connection;
        },
        (error: unknown) => {
          this.failed(error, wait);
          throw error;
        },
      );
    } catch (error) {
      wait.end('error');
      throw error;
    }
  }

  #endingBy(callback: Callback, wait: PoolWait): Callback {
    const bound = this.#timings.bind(callback);
    return new Proxy(callback, {
      apply: (_callback, self, results) => {
        const [error, connection] = results;
        if (error) this.failed(error, wait);
        else this.handedOver(connection, wait);
        return Reflect.apply(bound, self, results);
      },
    });
  }

  /** A caller got its connection. */
  handedOver(connection: unknown, wait: PoolWait | undefined): void {
    wait?.end('ok');
    if (typeof connection === 'object' && connection !== null) this.#handedOver.set(connection, performance.now());
  }

  /** A caller gets an error in place of a connection. */
  failed(error: unknown, wait: PoolWait | undefined): void {
    wait?.end(this.#isTimeout(error) ? 'timeout' : 'error');
  }

  /** A connection was given back, or is thrown away; one that nobody was using is left out. */
  released(connection: unknown): void {
    const begun = this.#handedOver.get(connection as object);
    if (begun === undefined) return;
    this.#handedOver.delete(connection as object);
    this.#timings.used((performance.now() - begun) / 1000);
  }
}
