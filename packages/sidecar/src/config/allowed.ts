import { isIP } from 'node:net';
import { NONE, isNone } from './kind.ts';
import type { JsonSchema, Kind } from './kind.ts';

const HOST = '(?:[A-Za-z0-9_-]+\\.)*[A-Za-z0-9_-]+';

/** Names of hosts, or none. */
export const allowedHosts: Kind<readonly string[]> = {
  parse: parseAllowedHosts,
  write: (hosts) => hosts.map((host) => host.replace(/^\[|\]$/g, '')),
  schema: words({ type: 'string', pattern: `^(?:${HOST}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$` }),
};

/** Origins of web pages, or none. */
export const allowedOrigins: Kind<readonly string[]> = {
  parse: parseAllowedOrigins,
  write: (origins) => [...origins],
  schema: words({ type: 'string', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\\s,]+$' }),
};

/**
 * Reads host names: a list, or text separated by commas, or `none`.
 *
 * @returns the names in lower case, without ports
 * @throws {Error} that says what is wrong
 */
function parseAllowedHosts(given: unknown): readonly string[] {
  return listed(given).map((name) => {
    const host = name.toLowerCase();
    if (!new RegExp(`^${HOST}$`).test(host) && isIP(host) === 0) {
      throw new Error('must be names of hosts without ports, such as outrider.shop.svc');
    }
    return isIP(host) === 6 ? `[${host}]` : host;
  });
}

/**
 * Reads origins of web pages: a list, or text separated by commas, or `none`.
 *
 * @throws {Error} that says what is wrong
 */
function parseAllowedOrigins(given: unknown): readonly string[] {
  return listed(given).map((text) => {
    const url = URL.parse(text);
    const origin = url?.origin;
    if (url === null || !/^https?:$/.test(url.protocol) || origin !== text.toLowerCase()) {
      throw new Error('must be origins, such as https://grafana.example');
    }
    return origin;
  });
}

function listed(given: unknown): readonly string[] {
  if (isNone(given)) return [];
  const list = typeof given === 'string' ? given.split(',').map((word) => word.trim()) : given;
  if (!Array.isArray(list) || !list.every((word) => typeof word === 'string'))
    throw new Error('must be a list of text');
  return list;
}

function words(word: JsonSchema): JsonSchema {
  // Text may be several words, separated by commas.
  return { anyOf: [{ type: 'array', items: word }, { type: 'string', minLength: 1 }, NONE] };
}
