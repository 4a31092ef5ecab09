import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip as gzipCallback } from 'node:zlib';
import type { ForwardBackend } from '../config/forward-backends.ts';
import type { Metric } from '../metric.ts';
import { Delivery } from './delivery.ts';
import type { DeliveryOptions } from './delivery.ts';
import type { ForwardDropReason, ForwardSource } from './delivery-counts.ts';
import { forwardMetrics } from './forward-metrics.ts';
import { toForwarded } from './forwarded.ts';
import type { ForwardedRequest } from './forwarded.ts';
import { memoryCost } from './queue.ts';
import type { WaitingRequest } from './queue.ts';

/** Something to be encoded for the backends. */
interface Unprepared {
  readonly points: number;
  /** Bytes of memory that it takes. */
  readonly bytes: number;
  readonly encode: () => ForwardedRequest;
}

/** A request in the forms in which the backends get it. */
interface Prepared {
  readonly points: number;
  readonly plain: WaitingRequest | undefined;
  readonly compressed: WaitingRequest | undefined;
}

const gzip = promisify(gzipCallback);

// Below this compression saves a packet at the most, and costs more than all the rest of forwarding.
const WORTHWHILE_BYTES = 1_024;

// How long requests are encoded in one turn of the event loop, in milliseconds. One alone may take longer.
const TURN_MS = 5;

// What waits to be encoded takes no more memory than the requests that are being received may.
const UNPREPARED_BYTES = 32 * 2 ** 20;

// At the end: time for what waits to be encoded, for a last attempt, and for all of it.
const PREPARE_MS = 250;
const TRY_MS = 1_000;
const CLOSE_MS = 2_300;

/**
 * Forwards data points to all backends. What it is given is encoded in a later turn of the event loop, one request after
 * the other, and compressed once for all backends.
 *
 * @example
 * const forwarder = new Forwarder(config.forward, { log, clock });
 * forwarder.accept(body, 'json', 160);
 */
export class Forwarder {
  readonly #deliveries: readonly Delivery[];
  #waiting: Unprepared[] = [];
  #waitingBytes = 0;
  /** Data points that wait to be encoded or are being encoded. */
  #preparingPoints = 0;
  #preparing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #ended = false;

  constructor(backends: readonly ForwardBackend[], options: DeliveryOptions) {
    this.#deliveries = backends.map((backend) => new Delivery(backend, options));
  }

  /**
   * Takes a request of an application.
   *
   * @param bytes the body, decompressed; nobody may write to it any more
   * @param points data points in it; of a request without any nothing is forwarded
   * @param usable false if all of them are dropped: a delta that was pushed again would count twice at the backend
   */
  accept(bytes: Uint8Array, encoding: 'json' | 'protobuf', points: number, usable = true): void {
    if (!usable && points > 0) return this.#refuse(points);
    const encode = (): ForwardedRequest => toForwarded(bytes, encoding, points);
    this.#accept('application', { points, bytes: memoryCost({ body: bytes }), encode });
  }

  /** Forwards what the sidecar measured itself, now and once an interval. */
  repeat(measured: () => ForwardedRequest | undefined, intervalMs: number): void {
    const forward = (): void => {
      const request = measured();
      if (request === undefined) return;
      const { points, unencodable } = request;
      this.#accept('sidecar', { points: points + unencodable, bytes: memoryCost(request), encode: () => request });
    };
    this.#timer = setInterval(forward, intervalMs).unref();
    forward();
  }

  /** What it says about itself; all figures are of this moment. */
  read(): readonly Metric[] {
    return forwardMetrics(this.#deliveries, this.#preparingPoints);
  }

  /** Resolves when all that was accepted until now is in the queues of the backends. */
  async prepared(): Promise<void> {
    await this.#preparing;
  }

  /** Ends within three seconds: tries once more to deliver, then spools or drops what is left. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closing = this.#close();
    // A disk that hangs keeps nobody from ending.
    await Promise.race([closing, wait(CLOSE_MS, undefined, { ref: false })]);
  }

  async #close(): Promise<void> {
    await Promise.race([this.prepared(), wait(PREPARE_MS, undefined, { ref: false })]);
    this.#ended = true;
    for (let left = this.#shift(); left !== undefined; left = this.#shift()) this.#drop('closed', left.points);
    await Promise.all(this.#deliveries.map((delivery) => delivery.close(TRY_MS)));
  }

  #refuse(points: number): void {
    for (const delivery of this.#deliveries) {
      delivery.counts.accept('application', points);
      delivery.drop('unusable', points);
    }
  }

  #accept(source: ForwardSource, request: Unprepared): void {
    if (request.points === 0) return;
    for (const { counts } of this.#deliveries) counts.accept(source, request.points);
    this.#preparingPoints += request.points;
    if (this.#ended) return this.#drop('closed', request.points);
    this.#waiting.push(request);
    this.#waitingBytes += request.bytes;
    // One alone may be larger: it is as large as the receiver lets it be.
    while (this.#waitingBytes > UNPREPARED_BYTES && this.#waiting.length > 1) {
      this.#drop('queue_full', this.#shift()?.points ?? 0);
    }
    if (this.#busy) return;
    this.#busy = true;
    this.#preparing = this.#prepareAll();
  }

  async #prepareAll(): Promise<void> {
    // The answer to the application is written first.
    await nextTurn();
    let began = performance.now();
    for (let request = this.#shift(); request !== undefined; request = this.#shift()) {
      await this.#prepare(request);
      // Not one a turn: in every turn of a flood a lot of requests arrive.
      if (performance.now() - began < TURN_MS) continue;
      await nextTurn();
      began = performance.now();
    }
    this.#busy = false;
  }

  async #prepare({ encode, points: all }: Unprepared): Promise<void> {
    const prepared = await this.#encode(encode, all);
    if (prepared === undefined) return this.#drop('unencodable', all);
    if (this.#ended) return this.#drop('closed', all);
    const { points, plain, compressed } = prepared;
    this.#drop('unencodable', all - points);
    this.#preparingPoints -= points;
    if (points === 0) return;
    for (const delivery of this.#deliveries) delivery.push(((delivery.backend.gzip && compressed) || plain)!);
  }

  /** Encodes a request in the forms that the backends want; undefined if it cannot be. */
  async #encode(encode: () => ForwardedRequest, all: number): Promise<Prepared | undefined> {
    try {
      const { body, unencodable } = encode();
      const points = Math.max(0, all - unencodable);
      const worthwhile = body.byteLength >= WORTHWHILE_BYTES;
      const compressed =
        worthwhile && this.#wants(true) ? await gzip(body, { level: constants.Z_BEST_SPEED }) : undefined;
      return {
        points,
        plain: !worthwhile || this.#wants(false) ? { body: alone(body), gzip: false, points } : undefined,
        compressed: compressed && { body: alone(compressed), gzip: true, points },
      };
    } catch {
      return undefined;
    }
  }

  #wants(gzipped: boolean): boolean {
    return this.#deliveries.some(({ backend }) => backend.gzip === gzipped);
  }

  #shift(): Unprepared | undefined {
    const request = this.#waiting.shift();
    this.#waitingBytes -= request?.bytes ?? 0;
    return request;
  }

  /** Drops data points that are being prepared. */
  #drop(reason: ForwardDropReason, points: number): void {
    this.#preparingPoints -= points;
    for (const delivery of this.#deliveries) delivery.drop(reason, points);
  }
}

/** A body alone in its memory: one that is a part of a longer buffer would keep all of that. */
function alone(body: Uint8Array): Uint8Array {
  if (body.byteLength === body.buffer.byteLength) return body;
  const own = Buffer.allocUnsafeSlow(body.byteLength);
  own.set(body);
  return own;
}
