import type { Kind } from './kind.ts';

const FORM = 'the uid of a data source in Grafana: up to 40 letters, digits, - and _';
const PATTERN = '^[a-zA-Z0-9_-]{1,40}$';

/** What Grafana calls a data source by. */
export const grafanaUid: Kind<string> = {
  form: FORM,
  read: (given) => {
    if (typeof given !== 'string' || !new RegExp(PATTERN).test(given)) throw new Error(`must be ${FORM}`);
    return given;
  },
  write: (value) => value,
  schema: { type: 'string', pattern: PATTERN },
};
