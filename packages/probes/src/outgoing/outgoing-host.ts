import { METHODS } from '@outrider/core';
import type { Attributes, HistogramMetric, NumberMetric } from '@outrider/core';
import type { ServerAddress } from './server-address.ts';

/** The series of the calls to a host: a call finds its own by a number, without text or attributes. */
export class OutgoingHost {
  readonly #address: ServerAddress;
  readonly #active: Array<number | undefined> = [];
  readonly #durations = new Map<number | string, number>();

  constructor(address: ServerAddress) {
    this.#address = address;
  }

  /** The series of the calls by a method that are being made. */
  active(metric: NumberMetric, method: number): number {
    return (this.#active[method] ??= metric.series(this.#attributes(method)));
  }

  /**
   * The series of the calls by a method that ended in the same way.
   *
   * @param status of the answer, undefined if there was none
   * @param failure why no answer was received, or not the whole of it
   */
  duration(metric: HistogramMetric, method: number, status: number | undefined, failure: string | undefined): number {
    const ending = method * 1000 + (status ?? 0);
    const key = failure === undefined ? ending : `${ending} ${failure}`;
    let series = this.#durations.get(key);
    if (series === undefined) {
      series = metric.series({
        ...this.#attributes(method),
        'http.response.status_code': status,
        // To a client each status from 400 on is an error (semantic conventions), unless there is more to say.
        'error.type': failure ?? (status !== undefined && status >= 400 ? String(status) : undefined),
      });
      // The key of a failure is text from outside; its metric has no more series than that anyway.
      if (this.#durations.size < MOST_ENDINGS) this.#durations.set(key, series);
    }
    return series;
  }

  #attributes(method: number): Attributes {
    return {
      'http.request.method': METHODS[method],
      'server.address': this.#address.address,
      'server.port': this.#address.port,
    };
  }
}

const MOST_ENDINGS = 1000;
