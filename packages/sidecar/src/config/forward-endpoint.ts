/** An endpoint of OTLP/HTTP, taken apart. */
export interface ForwardEndpoint {
  /** Where requests go, without credentials. */
  readonly url: string;
  /** Host and port. */
  readonly name: string;
  /** The header that stands for the credentials in the URL. */
  readonly authorization: string | undefined;
}

const METRICS_PATH = '/v1/metrics';

/**
 * Reads an endpoint as OTEL_EXPORTER_OTLP_ENDPOINT has it: a base, to which `/v1/metrics` is added. One that ends so
 * already is taken as it is. A query stays.
 *
 * @throws {Error} that says what is wrong and does not show the endpoint, which may hold credentials
 */
export function forwardEndpoint(given: unknown): ForwardEndpoint {
  const url = typeof given === 'string' ? URL.parse(given) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error('must be a URL that begins with http:// or https://, such as http://127.0.0.1:4318');
  }
  const { username, password, hostname } = url;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = base.endsWith(METRICS_PATH) ? base : base + METRICS_PATH;
  url.username = '';
  url.password = '';
  url.hash = '';
  const credentials = Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64');
  return {
    url: url.href,
    name: `${hostname}:${port}`,
    authorization: username === '' && password === '' ? undefined : `Basic ${credentials}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a user name or a password in which % begins no escape: write %25 for it');
  }
}
