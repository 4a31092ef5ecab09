import { over, reach } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import type { Attributes } from '../metric.ts';
import type { AnyValue, RawAttributes } from './otlp-parts.ts';

/**
 * Attributes as they were sent, made flat: sorted by name, values as text of limited length. Strings stay as they are,
 * booleans and numbers become text, bytes base64, arrays and lists JSON, and a missing value the empty text.
 *
 * @returns `undefined` if a name is empty, too long, or there twice
 */
export function flatAttributes(raw: RawAttributes, limits: CountedLimits): Attributes | undefined {
  const flat: Array<readonly [string, string]> = [];
  for (const [name, value] of raw) {
    if (name === '') return undefined;
    if (name.length > limits.nameLength) return over(limits, 'nameLength');
    const text = attributeText(value);
    if (text.length > limits.valueLength) reach(limits, 'labelLength');
    flat.push([name.toWellFormed(), cutText(text, limits.valueLength)]);
  }
  flat.sort(([a], [b]) => (a < b ? -1 : 1));
  for (let i = 1; i < flat.length; i += 1) if (flat[i]?.[0] === flat[i - 1]?.[0]) return undefined;
  return flat;
}

/** The first `length` characters of a text, well-formed. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text.toWellFormed();
  // A pair of surrogates that the cut parts would leave half a character.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length;
  // A copy: a slice would keep the whole text alive for as long as the series lives.
  return Buffer.from(text.slice(0, end).toWellFormed()).toString();
}

function attributeText(value: AnyValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (value instanceof Uint8Array) return base64(value);
  return typeof value === 'object' ? jsonText(value) : String(value);
}

function jsonText(value: AnyValue): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return JSON.stringify(base64(value));
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'object') {
    const members = [...value].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`).join(',')}}`;
  }
  // JSON has no NaN and no infinity; the protocol's own JSON writes them as text too.
  const bare = typeof value !== 'string' && (typeof value !== 'number' || Number.isFinite(value));
  return bare ? String(value) : JSON.stringify(String(value));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
