const MOST_CHARACTERS = 64;

/** A value of a file as a message shows it: short, and in one line. Of what may be a URL with a password it shows nothing. */
export function shown(value: unknown): string {
  if (value === null) return 'an empty value';
  if (value instanceof Map) return 'a mapping';
  if (Array.isArray(value)) return 'a list';
  // JSON would write null for what is not a number, or infinite.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  if (isHidden(value)) return 'text with an @';
  return printable(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text);
}

/** Whether a value may be a URL with a password. */
export function isHidden(value: unknown): boolean {
  return typeof value === 'string' && value.includes('@');
}

/** The text with escapes in the place of what would break the line, or hide or turn what is around it. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => String.raw`\u` + (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0'),
  );
}
