/** The `error.type` of what has no name that can be a label. */
export const OTHER: string = '_OTHER';

// What a code or the name of a class looks like. A message, which may hold anything, does not.
const WORD = /^[A-Za-z_][\w.:-]{0,63}$|^-?\d{1,10}$/;

// Names that say nothing more than that it is an error, or not even that.
const GENERAL = new Set(['Error', 'Object']);

/**
 * What `error.type` says of something that was thrown: its `code`, if that is a text (`ECONNREFUSED`, `23505`), else its
 * name or class (`TypeError`), else a `code` that is a number, else `_OTHER`. Never a message.
 * Source: semantic conventions, attribute error.type.
 */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return OTHER;
  try {
    const { code, name, constructor } = error as { readonly code?: unknown; readonly name?: unknown };
    const names = [name, constructor?.name].map(word).filter((found) => found !== undefined);
    const special = names.find((found) => !GENERAL.has(found));
    return word(code) ?? special ?? (Number.isInteger(code) ? String(code) : names[0]) ?? OTHER;
  } catch {
    // A getter or a proxy of the application.
    return OTHER;
  }
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && WORD.test(value) ? value : undefined;
}
