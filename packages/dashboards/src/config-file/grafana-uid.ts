import type { Kind } from './kind.ts';

const LONGEST = 40;
const FORM = `1 to ${LONGEST} letters, digits, - and _, such as prometheus`;
const PATTERN = `^[a-zA-Z0-9_-]{1,${LONGEST}}$`;

/** What Grafana calls a data source by. */
export const grafanaUid: Kind<string> = {
  form: FORM,
  read: (given) => {
    if (typeof given !== 'string' || !new RegExp(PATTERN).test(given)) throw new Error(`must be ${FORM}`);
    return given;
  },
  write: (value) => value,
  schema: { type: 'string', pattern: PATTERN, patternErrorMessage: `must be ${FORM}` },
};
