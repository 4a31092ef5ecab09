/** Shows a value that somebody gave in a message about it, as far as it fits into a line. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 64 ? `${value.slice(0, 61)}...` : value);
  if (value instanceof Map) return 'a mapping';
  return Array.isArray(value) ? 'a list' : String(value);
}
