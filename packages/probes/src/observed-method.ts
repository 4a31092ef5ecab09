import { isThenable } from './thenable.ts';

/** A method of a store, whatever it takes and answers. */
export type Method = (this: unknown, ...args: readonly unknown[]) => unknown;

/** What a method is for. */
export type Operation = 'get' | 'set' | 'delete';

/** What was counted of an observed store, and how it answers. */
export interface Observed {
  hits: number;
  misses: number;
  sets: number;
  deletes: number;
  errors: number;
  /** How many observed methods are on the stack: what a store asks of itself is no operation of the application. */
  depth: number;
  /** Whether its methods have been replaced. */
  shadowed: boolean;
  readonly callbacks: boolean;
  readonly promises: boolean;
  readonly memjs: boolean;
}

function countAnswer(counts: Observed, operation: Operation, answer: unknown): void {
  if (operation === 'set') counts.sets += 1;
  else if (operation === 'delete') counts.deletes += 1;
  else if (answer === undefined || answer === null) counts.misses += 1;
  else counts.hits += 1;
}

// memjs without a callback answers with an object also where there is no value.
function answered(counts: Observed, operation: Operation, result: unknown): unknown {
  const boxed = counts.memjs && operation === 'get' && typeof result === 'object' && result !== null;
  return boxed ? Reflect.get(result, 'value') : result;
}

// The arguments with a callback in the place of the last one there is; undefined without one.
function withCallback(
  counts: Observed,
  operation: Operation,
  args: readonly unknown[],
  settle: (error: unknown, answer: unknown) => void,
): unknown[] | undefined {
  const at = args.findLastIndex((argument) => typeof argument === 'function');
  // A key is no callback, and neither is the value of a set.
  if (at < (operation === 'set' ? 2 : 1)) return undefined;
  const callback = args[at] as Method;
  return args.with(at, function (this: unknown, ...answer: readonly unknown[]): unknown {
    settle(answer[0], answer[1]);
    // What the application does in its callback is its own again, even if it is called back at once.
    const { depth } = counts;
    counts.depth = 0;
    try {
      return Reflect.apply(callback, this, answer);
    } finally {
      counts.depth = depth;
    }
  });
}

/** A method that does the same and counts what became of it, where it was the application that called. */
export function observedMethod(method: Method, operation: Operation, counts: Observed): Method {
  return function (this: unknown, ...args: readonly unknown[]): unknown {
    if (counts.depth > 0) return Reflect.apply(method, this, args);
    let settled = false;
    const settle = (error: unknown, answer: unknown): void => {
      if (settled) return;
      settled = true;
      if (error) counts.errors += 1;
      else countAnswer(counts, operation, answer);
    };
    const calledBack = counts.callbacks ? withCallback(counts, operation, args, settle) : undefined;
    let result: unknown;
    counts.depth += 1;
    try {
      result = Reflect.apply(method, this, calledBack ?? args);
    } catch (error) {
      settle(true, undefined);
      throw error;
    } finally {
      counts.depth -= 1;
    }
    if (calledBack !== undefined) return result;
    if (!counts.promises || !isThenable(result)) {
      settle(undefined, answered(counts, operation, result));
      return result;
    }
    // The promise that follows from it and not itself: only so a rejection that nobody handles stays one.
    return result.then(
      (value) => {
        settle(undefined, answered(counts, operation, value));
        return value;
      },
      (error: unknown) => {
        settle(true, undefined);
        throw error;
      },
    );
  };
}
