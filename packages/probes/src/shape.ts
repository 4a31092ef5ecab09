/** Whether all properties of these names are numbers. */
export function hasNumbers(target: object, names: readonly string[]): boolean {
  return hasAll(target, names, 'number');
}

/** Whether all properties of these names are functions. */
export function hasFunctions(target: object, names: readonly string[]): boolean {
  return hasAll(target, names, 'function');
}

function hasAll(target: object, names: readonly string[], type: 'number' | 'function'): boolean {
  return names.every((name) => typeof (target as Readonly<Record<string, unknown>>)[name] === type);
}
