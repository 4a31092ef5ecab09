import { Observer } from '@outrider/core';
import { outriderTotals } from '../totals/outrider-totals.ts';
import { MadeUpRequest, methodNumber } from './ended-request.ts';
import type { SeriesKey } from './series.ts';
import { NEVER_MS } from './subject.ts';
import type { Subject } from './subject.ts';

/**
 * Outrider's recorder: a record is all that it does for a request, from the template that the router matched to two
 * latency histograms, one by route, one of sizes, the outcome and the requests in flight.
 */
export function createOutrider(keys: readonly SeriesKey[], socket?: string): Subject {
  const observer = createObserver(keys.length, socket);
  const { requests } = observer;
  // Flat, so that they are next to nothing of the memory that is measured.
  const methods = Uint8Array.from(keys, methodNumber);
  const statuses = Uint16Array.from(keys, ({ status }) => status);
  // One for all: to make it is the middleware's work, and not the recorder's.
  const request = new MadeUpRequest(requests.routes.unmatched);
  return {
    record(series, seconds, at) {
      const method = methods[series]!;
      requests.begin(method, request.scheme);
      request.route = requests.routes.declared(keys[series]!.route);
      request.become(statuses[series]!, method);
      request.firstByte = seconds[at]! / 2;
      request.duration = seconds[at]!;
      requests.end(request);
    },
    totals: () => outriderTotals(observer),
    async read() {
      const pushed = await observer.push();
      if (pushed !== 'ok') throw new Error(`The push was ${pushed}.`);
    },
  };
}

/**
 * The same with a request of its own for each series, made beforehand: what is allocated in a record is then the
 * recorder's alone. All of a series take the same time.
 */
export function createOutriderWithRequests(keys: readonly SeriesKey[]): Subject {
  const observer = createObserver(keys.length, undefined);
  const { requests } = observer;
  const made = keys.map((key, series) => {
    const request = new MadeUpRequest(requests.routes.declared(key.route));
    request.become(key.status, methodNumber(key));
    request.duration = 0.001 * (series + 0.5);
    request.firstByte = request.duration / 2;
    return request;
  });
  return {
    record(series) {
      const request = made[series]!;
      requests.begin(request.method, request.scheme);
      requests.end(request);
    },
    totals: () => outriderTotals(observer),
  };
}

function createObserver(series: number, socket: string | undefined): Observer {
  return new Observer({
    environment: socket === undefined ? {} : { OUTRIDER_SOCKET: socket, OTEL_METRIC_EXPORT_INTERVAL: String(NEVER_MS) },
    entryPoint: undefined,
    push: socket !== undefined,
    runtime: false,
    // A quarter is kept for routes that are computed.
    seriesLimit: series * 2,
  });
}
