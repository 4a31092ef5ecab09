/** What one OTLP request may hold and what is kept of it. What is beyond is refused, dropped and counted, or cut. */
export interface OtlpLimits {
  /** Bytes of a body as it comes over the wire; more is answered with 413. */
  readonly wireBytes: number;
  /** Bytes of a body after decompression; more is answered with 413. */
  readonly decodedBytes: number;
  /** Bytes as they come over the wire, of all requests in flight together; more is answered with 503. */
  readonly inFlightBytes: number;
  /** JSON values, or protobuf fields and eights of packed numbers, in one request; more is answered with 413. */
  readonly values: number;
  /** Different names of fields in one request in JSON; more is answered with 413. */
  readonly fieldNames: number;
  /** How deep arrays and lists in an attribute may nest; deeper is answered with 400. */
  readonly anyValueDepth: number;
  /** Resources of one request; more is answered with 413. */
  readonly resources: number;
  /** Metrics of one request, over all resources; more is answered with 413. */
  readonly metrics: number;
  /** Data points of one request; the rest is dropped as `too_many_points`. */
  readonly points: number;
  /** A point with more attributes is dropped as `invalid_point`. */
  readonly attributesPerPoint: number;
  /** The points of a resource with more attributes are dropped as `invalid_point`. */
  readonly attributesPerResource: number;
  /** A histogram point with more buckets is dropped as `invalid_point`. */
  readonly bucketsPerPoint: number;
  /** Exemplars of one point that are looked at, the first ones. */
  readonly exemplarsPerPoint: number;
  /** Characters of the name of a metric or attribute; points with a longer one are dropped as `invalid_point`. */
  readonly nameLength: number;
  /** Characters of a unit; the points of a metric with a longer one are dropped as `invalid_point`. */
  readonly unitLength: number;
  /** Characters of an attribute's value or a description; longer ones are cut. */
  readonly valueLength: number;
  /** Slow requests of one process; the rest is dropped as `too_many_slow_requests`. */
  readonly slowRequests: number;
  /** Bytes of the slow requests of one process, as JSON; the rest is dropped as `too_many_slow_requests`. */
  readonly slowRequestBytes: number;
}

/**
 * The limits that hold where none are given. Within them, nothing that was found to cost time keeps the event loop for much
 * more than 100 ms, a push of an application with 2,000 series, as many as it may have, takes 2.8 MB, and a batch of 8,192 histograms of
 * 10 attributes and 20 buckets fits as protobuf.
 */
export const otlpLimits: OtlpLimits = Object.freeze({
  wireBytes: 4 * 2 ** 20,
  decodedBytes: 8 * 2 ** 20,
  inFlightBytes: 16 * 2 ** 20,
  values: 500_000,
  fieldNames: 256,
  anyValueDepth: 32,
  resources: 5_000,
  metrics: 10_000,
  points: 20_000,
  attributesPerPoint: 64,
  attributesPerResource: 128,
  bucketsPerPoint: 512,
  exemplarsPerPoint: 512,
  nameLength: 255,
  unitLength: 63,
  valueLength: 1_024,
  slowRequests: 100,
  slowRequestBytes: 64 * 1_024,
});
