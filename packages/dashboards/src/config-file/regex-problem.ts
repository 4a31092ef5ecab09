import { regexOf } from '../regex-of.ts';

const MOST_REPEATED = 1000;

/**
 * What of a regular expression Prometheus (RE2) refuses, or understands otherwise than JavaScript; undefined if nothing.
 * https://github.com/google/re2/wiki/Syntax
 */
export function regexProblem(pattern: string): string | undefined {
  const escape = /\\(?:[fnrtvdDsSwWbBx]|[^a-zA-Z\d])|\\(.?)/gs;
  const unknown = [...pattern.matchAll(escape)].find(([, letter]) => letter !== undefined);
  if (unknown !== undefined) return `has ${unknown[0]}`;
  const plain = pattern.replaceAll(escape, '');
  const [group] = /\(\?(?!:|P<|[ims]+[:)])[^)]{0,2}/.exec(plain) ?? [];
  if (group !== undefined) return `has ${group}`;
  const [nothing] = /\[\^?\]/.exec(plain) ?? [];
  if (nothing !== undefined) return `has ${nothing}`;
  const counts = [...plain.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) =>
    Math.max(Number(least), Number(most ?? 0)),
  );
  if (counts.some((count) => count > MOST_REPEATED)) return `repeats something more than ${MOST_REPEATED} times`;
  try {
    regexOf(pattern);
  } catch {
    return 'is none';
  }
  return undefined;
}
