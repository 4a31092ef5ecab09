/** The methods that get a label of their own; anything else is `_OTHER` (OpenTelemetry's semantic conventions). */
export const METHODS: readonly string[] = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  '_OTHER',
];

const INDEX: ReadonlyMap<string, number> = new Map(METHODS.map((method, index) => [method, index]));
const OTHER = METHODS.length - 1;

/** The index of a method in {@link METHODS}. */
export function methodIndex(method: string | undefined): number {
  return INDEX.get(method ?? '') ?? OTHER;
}
