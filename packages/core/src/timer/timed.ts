import { OutriderError, show } from '../errors.ts';
import { getObserver } from '../get-observer.ts';
import type { Observer } from '../observer.ts';
import type { TimerOptions } from './running-timer.ts';
import { MAX_OPERATION_NAME } from './timers.ts';

/** How a method is timed. */
export interface TimedOptions extends TimerOptions {
  /** The observer to report to. @default getObserver(), one for the process */
  readonly observer?: Observer;
}

/** A decorator of methods: of the standard (TC39), and of TypeScript's `experimentalDecorators`, that NestJS uses. */
export interface TimedDecorator {
  <Method extends (...given: never[]) => unknown>(
    method: Method,
    context: Pick<ClassMethodDecoratorContext, 'kind'>,
  ): Method;
  <Method extends (...given: never[]) => unknown>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void;
}

type AnyMethod = (this: unknown, ...given: unknown[]) => unknown;

/**
 * Times every call of a method as {@link Observer.timer} does: async ones and generators, static and private ones.
 *
 * @param name of the operation, 1 to 128 characters
 * @throws {OutriderError} OUTRIDER_OPERATION_NAME, and OUTRIDER_TIMED_TARGET before anything but a method, both as the
 * class is defined
 * @example
 * class Orders { @timed('orders.place', { slowMs: 200 }) async place(order: Order): Promise<void> {} }
 */
export function timed(name: string, options: TimedOptions = {}): TimedDecorator {
  if (typeof name !== 'string' || name.length === 0 || name.length > MAX_OPERATION_NAME) {
    throw new OutriderError('OUTRIDER_OPERATION_NAME', { value: show(name) });
  }
  const decorate = (target: unknown, context: unknown, descriptor?: PropertyDescriptor): unknown => {
    const isStandard = typeof context === 'object' && context !== null && 'kind' in context;
    const kind = isStandard ? context.kind : descriptor === undefined ? 'property' : 'accessor';
    const method: unknown = isStandard ? target : descriptor?.value;
    if (typeof method !== 'function' || (isStandard && kind !== 'method')) {
      throw new OutriderError('OUTRIDER_TIMED_TARGET', { name: show(name), value: `a ${String(kind)}` });
    }
    const replaced = timedMethod(name, method as AnyMethod, options);
    if (isStandard) return replaced;
    descriptor!.value = replaced;
    return undefined;
  };
  return decorate as TimedDecorator;
}

function timedMethod(name: string, method: AnyMethod, options: TimedOptions): AnyMethod {
  const replaced: AnyMethod = function (...given) {
    return (options.observer ?? getObserver()).timer(name, () => method.apply(this, given), options);
  };
  // Frameworks go by how a function is called and how many parameters it has.
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(replaced, property, { value: method[property], configurable: true });
  }
  return replaced;
}
