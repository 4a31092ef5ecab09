/** A method that is in the way of another: it is given that one, and what it was called with. */
export type MethodShadow = (
  method: (...args: unknown[]) => unknown,
  self: unknown,
  args: readonly unknown[],
) => unknown;

/**
 * Puts a function in the way of a method of this one object, and of no other of its class. To whoever looks at it, it is
 * the method still: name, length, own properties. What is not a method, or may not be replaced, is left as it is.
 */
export function shadow(target: object, name: string, inTheWay: MethodShadow): void {
  const method = (target as Readonly<Record<string, unknown>>)[name];
  if (typeof method !== 'function') return;
  const value = new Proxy(method as (...args: unknown[]) => unknown, { apply: inTheWay });
  const enumerable = Object.getOwnPropertyDescriptor(target, name)?.enumerable ?? false;
  Reflect.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
}
