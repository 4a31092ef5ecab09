/**
 * Every error that Outrider raises, by code. The text says what is wrong with which value and what to do;
 * `{name}` marks a part that the place of the error fills in. docs/reference/errors.md is generated from it.
 */
export const errors = {
  OUTRIDER_OPTION: 'Option {option} is {value}: expected {expected}.',
  OUTRIDER_UNKNOWN_OPTION: 'There is no option {option}{hint}. The options are {known}.',
  OUTRIDER_PROBE_NAME: '{kind}(target, { name }) needs a name of 1 to 128 characters: got {value}.',
  OUTRIDER_PROBE_TARGET:
    '{kind} {name}: no reader knows this object ({value}). Accepted: {accepted}, or a function that returns the figures.',
  OUTRIDER_PROBE_TIMINGS: 'pool {name}: {library} does not tell how long its callers wait; leave timings out.',
  OUTRIDER_INSTRUMENT_NAME:
    '{kind}(name) needs 1 to 255 letters, digits, dots, underscores, hyphens or slashes, the first a letter: got {value}.',
  OUTRIDER_INSTRUMENT_TAKEN:
    '{kind} {name} would be {exposed} on /metrics, a name that belongs to {owner}: choose another.',
  OUTRIDER_INSTRUMENT_CONFLICT:
    '{name} is {known} already and cannot be {asked} too: ask for the same, or choose another name.',
  OUTRIDER_OPERATION_NAME: '@timed(name) needs a name of 1 to 128 characters: got {value}.',
  OUTRIDER_TIMED_TARGET: '@timed({name}) stands before {value}: it times methods and nothing else.',
  OUTRIDER_CONFIG: 'Configuration {source}: {key} {problem}.',
  OUTRIDER_CONFIG_FILE: 'Configuration file {path} cannot be read: {problem}.',
  OUTRIDER_LISTEN: 'Cannot listen on {address} ({setting}): {problem}.',
} as const;

/** A code of the table {@link errors}. */
export type ErrorCode = keyof typeof errors;

/** An error of the table: `code` is stable, the message is for people. */
export class OutriderError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, parts: Readonly<Record<string, unknown>>, options?: ErrorOptions) {
    super(
      errors[code].replace(/\{(\w+)\}/g, (mark, key: string) =>
        Object.hasOwn(parts, key) ? String(parts[key]) : mark,
      ),
      options,
    );
    this.name = 'OutriderError';
    this.code = code;
  }
}

/** Shows a value in an error message: its type and, where it is short and holds no secret, the value. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 64 ? `${value.slice(0, 61)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'an array' : `a ${value.constructor?.name || 'plain'} object`;
  }
  return String(value);
}
