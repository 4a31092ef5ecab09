import { isIP } from 'node:net';

/**
 * Reads host names: a list, or text separated by commas, or `none`.
 *
 * @returns the names in lower case, without ports
 * @throws {Error} that names what is no host
 */
export function parseAllowedHosts(given: unknown): readonly string[] {
  return words(given).map((name) => {
    const host = name.toLowerCase();
    if (!/^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(host) && isIP(host) === 0) {
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
export function parseAllowedOrigins(given: unknown): readonly string[] {
  return words(given).map((text) => {
    const origin = URL.parse(text)?.origin;
    if (origin === undefined || origin === 'null' || origin !== text.toLowerCase()) {
      throw new Error('must be origins, such as https://grafana.example');
    }
    return origin;
  });
}

function words(given: unknown): readonly string[] {
  if (given === 'none' || given === null || given === false) return [];
  const list = typeof given === 'string' ? given.split(',').map((word) => word.trim()) : given;
  if (!Array.isArray(list) || !list.every((word) => typeof word === 'string'))
    throw new Error('must be a list of text');
  return list;
}
