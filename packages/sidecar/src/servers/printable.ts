// Enough for what a server has to say; a hostile one could fill the log.
const LENGTH = 200;

/** What a server said, fit for a log: one line, no control characters, cut to 200 characters. */
export function printable(text: string): string {
  const cut = text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text;
  return cut.toWellFormed().replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}
