/** The value of an attribute, the same from JSON and from protobuf. Integers beyond 2^53 are bigint; a list is a Map. */
export type AnyValue = string | boolean | number | bigint | Uint8Array | null | AnyValue[] | Map<string, AnyValue>;

/** Attributes in the order they were sent. */
export type RawAttributes = ReadonlyArray<readonly [name: string, value: AnyValue]>;

/** An exemplar as it was sent; ids are hexadecimal text of any length. */
export interface RawExemplar {
  readonly value: number | undefined;
  /** Nanoseconds since 1970, 0 if the sender did not say. */
  readonly time: number;
  readonly traceId: string;
  readonly spanId: string;
}

export interface RawPoint {
  readonly attributes: RawAttributes;
  /** The point says only that there is no value. */
  readonly noValue: boolean;
  /** Nanoseconds since 1970, 0 if the sender did not say. */
  readonly start: number;
  /** Nanoseconds since 1970, 0 if the sender did not say. */
  readonly time: number;
}

export interface RawNumber extends RawPoint {
  readonly value: number | undefined;
  readonly exemplars: readonly RawExemplar[];
}

export interface RawHistogram extends RawPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly exemplars: readonly RawExemplar[];
}

export interface RawExponential extends RawPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly offset: number;
  readonly counts: readonly number[];
  readonly negative: readonly number[];
  readonly exemplars: readonly RawExemplar[];
}

export interface RawSummary extends RawPoint {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: ReadonlyArray<readonly [quantile: number, value: number]>;
}

/** Points that are decoded as they are read; `undefined` is one that cannot be understood. */
export type RawPoints<Point> = Iterable<Point | undefined>;

interface RawHead {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** How many points there are. */
  readonly size: number;
}

/** `AGGREGATION_TEMPORALITY_DELTA` of the protocol. */
export const DELTA = 1;

/** `AGGREGATION_TEMPORALITY_CUMULATIVE` of the protocol. */
export const CUMULATIVE = 2;

/** One metric as it was sent, before any limit and any check of its values. */
export type RawMetric =
  | (RawHead & { readonly type: 'gauge'; readonly points: RawPoints<RawNumber> })
  | (RawHead & {
      readonly type: 'sum';
      readonly temporality: number;
      readonly monotonic: boolean;
      readonly points: RawPoints<RawNumber>;
    })
  | (RawHead & { readonly type: 'histogram'; readonly temporality: number; readonly points: RawPoints<RawHistogram> })
  | (RawHead & {
      readonly type: 'exponentialHistogram';
      readonly temporality: number;
      readonly points: RawPoints<RawExponential>;
    })
  | (RawHead & { readonly type: 'summary'; readonly points: RawPoints<RawSummary> });
