import type { Observer } from '@outrider/core';
import { METHODS } from './series.ts';
import type { SeriesKey } from './series.ts';

/** What Outrider's recorder is given of a request. */
export type EndedRequest = Parameters<Observer['requests']['end']>[0];

// As core numbers them.
const HTTP = 0;
const COMPLETED = 0;
const NO_ERROR = 0;
const STATUS_ERROR = 1;

/** Bytes of every response. */
export const RESPONSE_SIZE = 512;

/** A request that ended well: an exchange, as far as the recorder looks at it. */
export class MadeUpRequest implements EndedRequest {
  route: EndedRequest['route'];
  method = 0;
  readonly scheme: number = HTTP;
  status = 0;
  readonly labels = undefined;
  // No integers: V8 would keep those in another way.
  duration = 0.5;
  firstByte = 0.5;
  readonly stream: boolean = false;
  readonly outcome: number = COMPLETED;
  readonly slow: boolean = false;
  readonly requestSize: number = -1;
  readonly responseSize: number = RESPONSE_SIZE;
  readonly span = undefined;
  error: number = NO_ERROR;

  constructor(route: EndedRequest['route']) {
    this.route = route;
  }

  /** Makes it one of a series' requests. */
  become(status: number, method: number): void {
    this.method = method;
    this.status = status;
    this.error = status >= 500 ? STATUS_ERROR : NO_ERROR;
  }
}

/** A method's number in core. */
export function methodNumber({ method }: SeriesKey): number {
  return METHODS.indexOf(method);
}
