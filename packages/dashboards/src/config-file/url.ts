import type { Kind } from './kind.ts';

const FORM = 'must be an http or https URL without user, password and query, such as https://grafana.example.com/d';

/** A URL that other paths are put behind. */
export const url: Kind<string> = {
  read: (given) => {
    const found = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
    if (found === undefined || !/^https?:$/.test(found.protocol)) throw new Error(FORM);
    // What comes behind it would become a part of any of these.
    if ([found.username, found.password, found.search, found.hash].some((part) => part !== '')) throw new Error(FORM);
    // Grafana's provisioning, and its dashboards, put variables in the place of names behind a $.
    if (found.href.includes('$')) throw new Error(`${FORM}, and without $`);
    return found.href.replace(/\/+$/, '');
  },
  write: (value) => value,
};
