// A number, perhaps with a unit; an address and its port.
const HARMLESS: readonly RegExp[] = [/^$/, /^-?\d{1,12}(?:\.\d{1,6})? ?[a-zA-Z]{0,2}$/, /^\[?[\d.:]{0,45}\]?:\d{1,5}$/];

/**
 * Shows a value in a message about it, as far as it cannot be a secret that came to the wrong place: of text only what is
 * empty, a number with a unit or a numeric address. Otherwise undefined.
 */
function harmless(value: unknown): string | undefined {
  if (typeof value === 'string') return HARMLESS.some((form) => form.test(value)) ? JSON.stringify(value) : undefined;
  if (value instanceof Map) return 'a mapping';
  if (Array.isArray(value)) return 'a list';
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** What is wrong with a value: `problem` follows on the key, after the value where that can be shown. */
export function aboutValue(value: unknown, problem: string): string {
  const shown = harmless(value);
  return shown === undefined ? problem : `is ${shown}, which ${problem}`;
}
