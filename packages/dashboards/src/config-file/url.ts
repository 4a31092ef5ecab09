import type { Kind } from './kind.ts';

const FORM = 'an http or https URL without user, password, query, # and $, such as https://grafana.example.com/d';
// Written out, also where a parser of URLs would put it right: a ? with nothing behind it stays at the end, and what
// comes behind it would become its query. Grafana's provisioning, and its dashboards, put variables in the place of names
// behind a $.
const PATTERN = String.raw`^[hH][tT][tT][pP][sS]?://[^\s\\/?#@$]+(?:/[^\s\\?#$]*)?$`;

/** A URL that other paths are put behind. */
export const url: Kind<string> = {
  form: FORM,
  read: (given) => {
    if (typeof given !== 'string' || !new RegExp(PATTERN, 'u').test(given) || !URL.canParse(given)) throw refusal();
    const { href } = new URL(given);
    // A host may be written with another character that means a $.
    if (href.includes('$')) throw refusal();
    return href.replace(/\/+$/, '');
  },
  write: (value) => value,
  schema: { type: 'string', pattern: PATTERN },
};

function refusal(): Error {
  return new Error(`must be ${FORM}`);
}
