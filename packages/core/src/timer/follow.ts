import type { RunningTimer } from './running-timer.ts';

type Step = (this: unknown, ...given: unknown[]) => unknown;

const STEPS = ['next', 'return', 'throw'] as const;

const GENERATOR = Object.getPrototypeOf(function* empty() {}).prototype as object;
const ASYNC_GENERATOR = Object.getPrototypeOf(async function* empty() {}).prototype as object;

/** Whether it is the running of a generator function; other iterators are values like any. */
export function isGenerator(value: object): boolean {
  try {
    return Object.prototype.isPrototypeOf.call(GENERATOR, value) || isAsyncGenerator(value);
  } catch {
    // A proxy that tells nothing.
    return false;
  }
}

function isAsyncGenerator(value: object): boolean {
  return Object.prototype.isPrototypeOf.call(ASYNC_GENERATOR, value);
}

/** Whether it is a promise, or behaves like one. */
export function isThenable(value: object): value is PromiseLike<unknown> {
  try {
    return typeof (value as { readonly then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}

/**
 * A promise that settles as the given one does, and ends the timer before anybody hears of it.
 *
 * It is another one: the same one would have a handler of ours, and a rejection that the application does not handle
 * would no longer be reported as such.
 */
export function followPromise(given: PromiseLike<unknown>, timer: RunningTimer): Promise<unknown> {
  const promise = given instanceof Promise ? (given as Promise<unknown>) : Promise.resolve(given);
  return promise.then(
    (value) => {
      timer.end();
      return value;
    },
    (error: unknown) => {
      timer.fail(error);
      throw error;
    },
  );
}

/**
 * Times a generator from its first step until it is done, has returned or has thrown: its steps on the object itself are
 * put behind ours, so that it stays the object it is. One that is never begun or never ended is not counted.
 */
export function followGenerator(generator: object, start: () => RunningTimer): void {
  const run = new GeneratorRun(start);
  const follow = isAsyncGenerator(generator) ? followAsyncStep : followStep;
  for (const name of STEPS) {
    const step = (generator as Record<(typeof STEPS)[number], Step>)[name];
    const value: Step = function (...given) {
      const timer = run.step(name);
      return follow(() => step.apply(this, given), run, timer);
    };
    // Where it is frozen, it is not timed.
    Reflect.defineProperty(generator, name, { value, writable: true, configurable: true });
  }
}

/** How far a generator is. */
class GeneratorRun {
  readonly #start: () => RunningTimer;
  #timer: RunningTimer | undefined;
  #over = false;

  constructor(start: () => RunningTimer) {
    this.#start = start;
  }

  /** The timer of a step; none where nothing runs: before the first `next`, and after the end. */
  step(name: (typeof STEPS)[number]): RunningTimer | undefined {
    if (!this.#over && name === 'next') this.#timer ??= this.#start();
    return this.#timer;
  }

  stepped(result: unknown, timer: RunningTimer | undefined): void {
    if ((result as IteratorResult<unknown> | undefined)?.done !== true) return;
    this.#over = true;
    timer?.end();
  }

  failed(error: unknown, timer: RunningTimer | undefined): void {
    this.#over = true;
    timer?.fail(error);
  }
}

function followStep(step: () => unknown, run: GeneratorRun, timer: RunningTimer | undefined): unknown {
  try {
    const result = step();
    run.stepped(result, timer);
    return result;
  } catch (error) {
    run.failed(error, timer);
    throw error;
  }
}

function followAsyncStep(step: () => unknown, run: GeneratorRun, timer: RunningTimer | undefined): unknown {
  return (step() as Promise<unknown>).then(
    (result) => {
      run.stepped(result, timer);
      return result;
    },
    (error: unknown) => {
      run.failed(error, timer);
      throw error;
    },
  );
}
