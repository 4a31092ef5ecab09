import type { Kind } from './kind.ts';

// Written out, also where a parser of URLs would put it right: a ? with nothing behind it stays at the end, and what
// comes behind it would become its query. Grafana's provisioning, and its dashboards, put variables in the place of names
// behind a $. A folded text of YAML ends with a line feed.
const PATTERN = String.raw`^[ \t\r\n]*[hH][tT][tT][pP][sS]?://[^\s\\/?#@$]+(?:/[^\s\\?#$]*)?[ \t\r\n]*$`;

/** A URL that other paths are put behind. */
export function url(example: string): Kind<string> {
  const form = `an http or https URL without user, password, query, #, $ and \\, such as ${example}`;
  const refusal = (): Error => new Error(`must be ${form}`);
  return {
    form,
    read: (given) => {
      if (typeof given !== 'string') throw refusal();
      if (!isUrl(given)) {
        if (isUrl(given.replaceAll(/\s/g, ''))) throw new Error('has white space in it; a space in a URL is %20');
        throw refusal();
      }
      const { href } = new URL(given);
      // A host may be written with another character that means a $.
      if (href.includes('$')) throw refusal();
      return href.replace(/\/+$/, '');
    },
    write: (value) => value,
    schema: { type: 'string', pattern: PATTERN, patternErrorMessage: `must be ${form}` },
  };
}

function isUrl(text: string): boolean {
  return new RegExp(PATTERN).test(text) && URL.canParse(text);
}
