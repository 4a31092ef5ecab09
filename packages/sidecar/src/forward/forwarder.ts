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
  /** Whom it was accepted for. */
  readonly deliveries: readonly Delivery[];
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

// How long a backend that is given up waits for what is being encoded for it.
const LEAVE_MS = 5_000;

/**
 * Forwards data points to all backends. What it is given is encoded in a later turn of the event loop, one request after
 * the other, and compressed once for all backends.
 *
 * @example
 * const forwarder = new Forwarder(config.forward, { log, clock });
 * forwarder.accept(body, 'json', 160);
 */
export class Forwarder {
  readonly #options: DeliveryOptions;
  #deliveries: readonly Delivery[];
  /** To backends that are given up, until what waits is sent. */
  readonly #leaving = new Map<Delivery, Promise<void>>();
  #waiting: Unprepared[] = [];
  #waitingBytes = 0;
  #preparing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #ended = false;

  constructor(backends: readonly ForwardBackend[], options: DeliveryOptions) {
    this.#options = options;
    this.#deliveries = backends.map((backend) => new Delivery(backend, options));
  }

  /**
   * Forwards to these backends from now on. One that stays, by its name or by the folder of its spool, keeps what waits
   * for it and its counts. What waits for one that goes is tried once more, as at the end.
   */
  replace(backends: readonly ForwardBackend[]): void {
    const former = new Set(this.#deliveries);
    const staying = backends.map((backend) => {
      const same = [...former].find((delivery) => delivery.canBecome(backend));
      if (same !== undefined) former.delete(same);
      return same;
    });
    this.#deliveries = backends.map((backend, index) => {
      const same = staying[index];
      if (same !== undefined) {
        same.redirect(backend);
        return same;
      }
      // It waits elsewhere from now on, and is the same backend to those who read its counts.
      const counts = [...former].find((delivery) => delivery.backend.name === backend.name)?.counts;
      const spoolIsFree = this.#left(backend.spool?.folder);
      return new Delivery(backend, { ...this.#options, spoolIsFree, ...(counts === undefined ? {} : { counts }) });
    });
    for (const delivery of former) this.#leaving.set(delivery, this.#leave(delivery));
  }

  /** When a backend that is given up, with this folder for its spool, is left; undefined if there is none. */
  #left(folder: string | undefined): Promise<void> | undefined {
    const leaving = [...this.#leaving].find(
      ([{ backend }]) => folder !== undefined && backend.spool?.folder === folder,
    );
    return leaving?.[1];
  }

  async #leave(delivery: Delivery): Promise<void> {
    await Promise.race([this.prepared(), wait(LEAVE_MS, undefined, { ref: false })]);
    await delivery.close(TRY_MS);
    // What is left on disk is for a later run that is given the folder.
    delivery.drop('closed', delivery.points);
    this.#leaving.delete(delivery);
  }

  /**
   * Takes a request of an application.
   *
   * @param bytes the body, decompressed; nobody may write to it any more
   * @param points data points in it; of a request without any nothing is forwarded
   * @param usable false if all of them are dropped: a delta that was pushed again would count twice at the backend
   */
  accept(bytes: Uint8Array, encoding: 'json' | 'protobuf', points: number, usable = true): void {
    if (this.#deliveries.length === 0) return;
    if (!usable && points > 0) return this.#refuse(points);
    const encode = (): ForwardedRequest => toForwarded(bytes, encoding, points);
    this.#accept('application', { points, bytes: memoryCost({ body: bytes }), encode });
  }

  /** Forwards what the sidecar measured itself, now and once an interval. */
  repeat(measured: () => ForwardedRequest | undefined, intervalMs: number): void {
    clearInterval(this.#timer);
    const forward = (): void => {
      if (this.#deliveries.length === 0) return;
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
    return forwardMetrics([...this.#deliveries, ...this.#leaving.keys()]);
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
    for (let left = this.#shift(); left !== undefined; left = this.#shift()) drop('closed', left, left.points);
    await Promise.all([...this.#deliveries.map((delivery) => delivery.close(TRY_MS)), ...this.#leaving.values()]);
  }

  #refuse(points: number): void {
    for (const delivery of this.#deliveries) {
      delivery.counts.accept('application', points);
      delivery.drop('unusable', points);
    }
  }

  #accept(source: ForwardSource, request: Omit<Unprepared, 'deliveries'>): void {
    if (request.points === 0) return;
    const accepted = { ...request, deliveries: this.#deliveries };
    for (const delivery of this.#deliveries) {
      delivery.counts.accept(source, request.points);
      delivery.preparing += request.points;
    }
    if (this.#ended) return drop('closed', accepted, request.points);
    this.#waiting.push(accepted);
    this.#waitingBytes += request.bytes;
    // One alone may be larger: it is as large as the receiver lets it be.
    while (this.#waitingBytes > UNPREPARED_BYTES && this.#waiting.length > 1) {
      const oldest = this.#shift();
      if (oldest !== undefined) drop('queue_full', oldest, oldest.points);
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

  async #prepare(request: Unprepared): Promise<void> {
    const { points: all, deliveries } = request;
    const prepared = await this.#encode(request);
    if (prepared === undefined) return drop('unencodable', request, all);
    if (this.#ended) return drop('closed', request, all);
    const { points, plain, compressed } = prepared;
    drop('unencodable', request, all - points);
    for (const delivery of deliveries) {
      delivery.preparing -= points;
      if (points > 0) delivery.push(((delivery.backend.gzip && compressed) || plain || compressed)!);
    }
  }

  /** Encodes a request in the forms that the backends want; undefined if it cannot be. */
  async #encode({ encode, points: all, deliveries }: Unprepared): Promise<Prepared | undefined> {
    const isWanted = (gzipped: boolean): boolean => deliveries.some(({ backend }) => backend.gzip === gzipped);
    try {
      const { body, unencodable } = encode();
      const points = Math.max(0, all - unencodable);
      const worthwhile = body.byteLength >= WORTHWHILE_BYTES;
      const needsPlain = !worthwhile || isWanted(false);
      const compressed = worthwhile && isWanted(true) ? await gzip(body, { level: constants.Z_BEST_SPEED }) : undefined;
      return {
        points,
        plain: needsPlain ? { body: alone(body), gzip: false, points } : undefined,
        compressed: compressed && { body: alone(compressed), gzip: true, points },
      };
    } catch {
      return undefined;
    }
  }

  #shift(): Unprepared | undefined {
    const request = this.#waiting.shift();
    this.#waitingBytes -= request?.bytes ?? 0;
    return request;
  }
}

/** Drops data points of a request that is being prepared. */
function drop(reason: ForwardDropReason, { deliveries }: Unprepared, points: number): void {
  for (const delivery of deliveries) {
    delivery.preparing -= points;
    delivery.drop(reason, points);
  }
}

/** A body alone in its memory: one that is a part of a longer buffer would keep all of that. */
function alone(body: Uint8Array): Uint8Array {
  if (body.byteLength === body.buffer.byteLength) return body;
  const own = Buffer.allocUnsafeSlow(body.byteLength);
  own.set(body);
  return own;
}
