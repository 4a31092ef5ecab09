/** What the live line shows. */
export interface Figures {
  readonly requestsPerSecond: number;
  /** Share of requests answered with a status from 500 to 599, 0 to 1. */
  readonly errorRatio: number;
  /** Milliseconds, over all requests since the start; undefined before the first. */
  readonly p95: number | undefined;
}

/** The part of `/api/v1/metrics` that is used here. */
interface Answer {
  readonly http: {
    readonly requests_total: number | null;
    readonly errors_total: number | null;
    readonly duration_ms: { readonly p95: number | null } | null;
  };
}

interface Reading {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly requests: number;
  readonly errors: number;
}

const TIMEOUT_MS = 2000;
// Applications push every five seconds: a window of two pushes holds two of each of them, whenever it begins.
const WINDOW_MS = 10_000;

/** Reads figures from the sidecar's JSON; rates are over the last ten seconds. */
export class FigureReader {
  readonly #url: string;
  readonly #clock: () => number;
  #readings: Reading[] = [];

  /** @param url of `/api/v1/metrics` */
  constructor(url: string, clock: () => number = () => performance.now()) {
    this.#url = url;
    this.#clock = clock;
  }

  /** Undefined until there are figures of ten seconds, and while the sidecar does not answer. */
  async read(): Promise<Figures | undefined> {
    const http = (await this.#fetch())?.http;
    if (http === undefined || http.requests_total === null) return undefined;
    const now = { at: this.#clock(), requests: http.requests_total, errors: http.errors_total ?? 0 };
    this.#readings.push(now);
    const base = this.#readings.findLast(({ at }) => at <= now.at - WINDOW_MS);
    if (base === undefined) return undefined;
    this.#readings = this.#readings.filter(({ at }) => at >= base.at);
    const requests = now.requests - base.requests;
    return {
      requestsPerSecond: (requests * 1000) / (now.at - base.at),
      errorRatio: requests > 0 ? (now.errors - base.errors) / requests : 0,
      p95: http.duration_ms?.p95 ?? undefined,
    };
  }

  async #fetch(): Promise<Answer | undefined> {
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      return (await response.json()) as Answer;
    } catch {
      return undefined;
    }
  }
}
