import { NO_CONTEXT } from './kind.ts';
import type { ReadContext } from './kind.ts';
import { MASK } from './secret.ts';
import { urlCredentials, urlSecret } from './url-credentials.ts';
import type { Secret } from './secret.ts';

/** Name and password for a backend (basic authentication). */
export interface BasicCredentials {
  /** A secret, too: some backends take a token there. */
  readonly user: Secret;
  /** Without one it is empty. */
  readonly password?: Secret;
}

/** An endpoint of OTLP/HTTP, taken apart. */
export interface ForwardEndpoint {
  /** Where requests go, without credentials. */
  readonly url: string;
  /** Host and port. */
  readonly name: string;
  /** The credentials that stood in the URL. */
  readonly credentials: BasicCredentials | undefined;
}

const METRICS_PATH = '/v1/metrics';

/**
 * Reads an endpoint as OTEL_EXPORTER_OTLP_ENDPOINT has it: a base, to which `/v1/metrics` is added. One that ends so
 * already is taken as it is. A query stays.
 *
 * @throws {Error} that says what is wrong and does not show the endpoint, which may hold credentials
 */
export function forwardEndpoint(given: unknown, context: ReadContext = NO_CONTEXT): ForwardEndpoint {
  const url = typeof given === 'string' && /^https?:\/\//i.test(given) ? URL.parse(given) : null;
  if (url === null || !/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(url.hostname)) {
    throw new Error('must be a URL that begins with http:// or https://, such as http://127.0.0.1:4318');
  }
  const { user, password } = urlCredentials(url);
  if (url.port === '0') throw new Error('names port 0, where nothing can be');
  for (const text of [...url.searchParams].flat()) if (text === MASK) urlSecret(text, context);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = base.endsWith(METRICS_PATH) ? base : base + METRICS_PATH;
  url.username = '';
  url.password = '';
  url.hash = '';
  const credentials = {
    user: urlSecret(user, context),
    ...(password === '' ? {} : { password: urlSecret(password, context) }),
  };
  return {
    url: url.href,
    name: `${url.hostname}:${port}`,
    credentials: user === '' && password === '' ? undefined : credentials,
  };
}

/** An endpoint as it may be shown: a parameter of its query can be a key, and one without a value is that key itself. */
export function shownEndpoint(endpoint: string): string {
  const url = new URL(endpoint);
  const shown = [...url.searchParams].map(([name, value]): [string, string] =>
    value === '' ? [MASK, ''] : [name, MASK],
  );
  url.search = new URLSearchParams(shown).toString();
  return url.href;
}
