import type { LoadedRuleGroup, ResultSeries, Target } from './loaded.ts';
import { answerOf, limitedText, moved, seriesOf } from './prometheus-answer.ts';
import { PrometheusError } from './prometheus-error.ts';

/** How a Prometheus is reached. */
export interface PrometheusClientOptions {
  /** For one answer. @default 10000 */
  readonly timeoutMs?: number;
  /** For all answers together, from the first question on. @default Infinity */
  readonly totalMs?: number;
  /** Sent with every request, such as `{ Authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks a Prometheus, or whatever has its HTTP API.
 *
 * @example
 *   const up = await new PrometheusClient('http://localhost:9090').query('up');
 */
export class PrometheusClient {
  readonly #base: URL;
  readonly #timeoutMs: number;
  readonly #totalMs: number;
  #endMs: number | undefined;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param url of the server, with its path if it has one, and with `user:password@` if it wants that */
  constructor(url: string, { timeoutMs = 10_000, totalMs = Infinity, headers = {} }: PrometheusClientOptions = {}) {
    const base = new URL(url.endsWith('/') ? url : `${url}/`);
    const { username, password } = base;
    // Fetch takes no URL that has them; and nothing is to show them.
    base.username = '';
    base.password = '';
    this.#base = base;
    this.#timeoutMs = timeoutMs;
    this.#totalMs = totalMs;
    this.#headers = username === '' ? headers : { Authorization: basic(username, password), ...headers };
  }

  /** What is asked, without what it takes to be let in. */
  get url(): string {
    return this.#base.href;
  }

  /** @param timeS seconds since 1970; now unless told. @throws {PrometheusError} */
  async query(expr: string, timeS?: number): Promise<readonly ResultSeries[]> {
    return this.#result('query', { query: expr, ...(timeS === undefined ? {} : { time: timeS }) });
  }

  /** All three in seconds, the first two since 1970. @throws {PrometheusError} */
  async queryRange(expr: string, startS: number, endS: number, stepS: number): Promise<readonly ResultSeries[]> {
    return this.#result('query_range', { query: expr, start: startS, end: endS, step: stepS });
  }

  /** An expression as Prometheus lays it out: matchers, numbers and durations in one spelling. @throws {PrometheusError} */
  async formatQuery(expr: string): Promise<string> {
    return (await this.#post('format_query', { query: expr })) as string;
  }

  /** Values that a label has in the series that a selector matches, whenever that was. @throws {PrometheusError} */
  async labelValues(label: string, match: string): Promise<readonly string[]> {
    return (await this.#get(`label/${label}/values`, { 'match[]': match })) as readonly string[];
  }

  /** Names of the labels that the series have which a selector matches, whenever that was. @throws {PrometheusError} */
  async labelNames(match: string): Promise<readonly string[]> {
    return (await this.#get('labels', { 'match[]': match })) as readonly string[];
  }

  /** @throws {PrometheusError} */
  async rules(): Promise<readonly LoadedRuleGroup[]> {
    return ((await this.#get('rules')) as { groups: readonly LoadedRuleGroup[] }).groups;
  }

  /** What is being scraped. @throws {PrometheusError} */
  async targets(): Promise<readonly Target[]> {
    const answer = (await this.#get('targets', { state: 'active' })) as { activeTargets: readonly Target[] };
    return answer.activeTargets;
  }

  /** @throws {PrometheusError} */
  async buildinfo(): Promise<{ readonly version: string }> {
    return (await this.#get('status/buildinfo')) as { version: string };
  }

  #get(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const url = new URL(`api/v1/${path}`, this.#base);
    url.search = new URLSearchParams(parameters).toString();
    return this.#ask(url, {});
  }

  async #result(path: string, parameters: Readonly<Record<string, string | number>>): Promise<readonly ResultSeries[]> {
    const data = await this.#post(path, parameters);
    try {
      return seriesOf(data);
    } catch (cause) {
      throw new PrometheusError('status', `${this.#base.host} answered with what is no result`, { cause });
    }
  }

  // As Grafana does: a query may be longer than what a server takes of a URL.
  #post(path: string, parameters: Readonly<Record<string, string | number>>): Promise<unknown> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) body.set(name, String(value));
    return this.#ask(new URL(`api/v1/${path}`, this.#base), { method: 'POST', body });
  }

  async #ask(url: URL, init: RequestInit): Promise<unknown> {
    this.#endMs ??= performance.now() + this.#totalMs;
    const leftMs = this.#endMs - performance.now();
    const isLast = leftMs < this.#timeoutMs;
    const late = (): PrometheusError =>
      new PrometheusError(
        'timeout',
        isLast
          ? `${url.host} took more than ${this.#totalMs / 1000} s for all that was asked`
          : `${url.host} did not answer within ${this.#timeoutMs / 1000} s`,
      );
    if (leftMs <= 0) throw late();
    const signal = AbortSignal.timeout(Math.ceil(isLast ? leftMs : this.#timeoutMs));
    let text: string;
    let status: number;
    try {
      // After a redirect a POST would be a GET without its query.
      const response = await fetch(url, { ...init, headers: this.#headers, signal, redirect: 'manual' });
      status = response.status;
      if (status >= 300 && status < 400) throw moved(url, response);
      text = await limitedText(response, url);
    } catch (error) {
      if (error instanceof PrometheusError) throw error;
      if (signal.aborted) throw late();
      const { cause } = error as { cause?: Error };
      throw new PrometheusError(
        'unreachable',
        `${url.host} cannot be reached: ${(cause ?? (error as Error)).message}`,
        {
          cause: error,
        },
      );
    }
    if (status === 401 || status === 403)
      throw new PrometheusError('unauthorized', `${url.host} answered ${status}: it wants to know who asks`);
    const answer = answerOf(text);
    if (answer === undefined) {
      // It is starting, or a proxy does not reach it.
      const type = status >= 502 && status <= 504 ? 'unavailable' : 'status';
      throw new PrometheusError(type, `${url.host}${url.pathname} answered ${status}`);
    }
    if (answer.status !== 'success') throw new PrometheusError(answer.errorType ?? 'unknown', answer.error ?? '');
    return answer.data;
  }
}

function basic(username: string, password: string): string {
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString('base64')}`;
}
