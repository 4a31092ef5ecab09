import type { Kind } from './kind.ts';

/** What Grafana calls a data source by. */
export const grafanaUid: Kind<string> = {
  read: (given) => {
    if (typeof given !== 'string' || !/^[\w-]{1,40}$/.test(given))
      throw new Error('must be the uid of a data source in Grafana: up to 40 letters, digits, - and _');
    return given;
  },
  write: (value) => value,
};
