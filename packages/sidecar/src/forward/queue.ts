/** A request as it waits for a backend, in the form in which it goes over the wire. */
export interface WaitingRequest {
  /** An ExportMetricsServiceRequest in protobuf, compressed if `gzip` says so. Alone in its memory. */
  readonly body: Uint8Array;
  readonly gzip: boolean;
  /** Data points in it. */
  readonly points: number;
}

// What a request costs beside its body, so that a flood of tiny ones is bounded too: the objects around a buffer.
const OVERHEAD_BYTES = 512;

/** What a waiting request counts against the bound of a queue, in bytes: all the memory that its body holds. */
export function memoryCost({ body }: Pick<WaitingRequest, 'body'>): number {
  return body.buffer.byteLength + OVERHEAD_BYTES;
}

/** Requests in order, oldest first, with what they hold together. */
export class RequestQueue {
  /** Bytes of memory, by {@link memoryCost}. */
  bytes = 0;
  /** Data points. */
  points = 0;
  #requests: (WaitingRequest | undefined)[] = [];
  // Taking from the front of a long array would move all the others.
  #first = 0;

  get length(): number {
    return this.#requests.length - this.#first;
  }

  push(request: WaitingRequest): void {
    this.#requests.push(request);
    this.#count(request, 1);
  }

  /** Puts a request before all others. */
  unshift(request: WaitingRequest): void {
    if (this.#first === 0) this.#requests.unshift(request);
    else this.#requests[(this.#first -= 1)] = request;
    this.#count(request, 1);
  }

  /** Takes the oldest. */
  shift(): WaitingRequest | undefined {
    const request = this.#requests[this.#first];
    if (request === undefined) return undefined;
    // It would be held on to until the array is cut.
    this.#requests[this.#first] = undefined;
    this.#first += 1;
    if (this.#first * 2 >= this.#requests.length) {
      this.#requests = this.#requests.slice(this.#first);
      this.#first = 0;
    }
    this.#count(request, -1);
    return request;
  }

  /** Takes the newest. */
  pop(): WaitingRequest | undefined {
    if (this.length === 0) return undefined;
    const request = this.#requests.pop();
    if (request !== undefined) this.#count(request, -1);
    return request;
  }

  #count(request: WaitingRequest, sign: 1 | -1): void {
    this.bytes += sign * memoryCost(request);
    this.points += sign * request.points;
  }
}
