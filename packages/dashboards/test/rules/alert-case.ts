/** Samples by series, as promtool's tests write them. */
export type Samples = Readonly<Record<string, string>>;

/** How one alert is proven; minutes count from the beginning of the series. */
export interface AlertCase {
  readonly alert: string;
  /** Series that make it fire. */
  readonly over: Samples;
  /** The same with what is just not bad enough. */
  readonly under: Samples;
  /** The same with nothing to do: no traffic. None for what does not depend on traffic. */
  readonly idle?: Samples;
  /** Others that are just bad enough: it fires at the last minute of each. */
  readonly barely?: readonly Samples[];
  /** Others that are just not bad enough: it never fires. */
  readonly hardly?: readonly Samples[];
  /** `over` without the past that it is held against, as in a fresh installation. */
  readonly fresh?: Samples;
  /** `over` with a restart in the middle of the counters, and it fires all the same; or `under`, and it does not. */
  readonly reset?: { readonly samples: Samples; readonly fires: boolean };
  /** Series of something bad that ends, and the minute at which it does not fire any more. */
  readonly resolves: { readonly samples: Samples; readonly at: number };
  /** Others that end. */
  readonly ends?: ReadonlyArray<AlertCase['resolves']>;
  /** The first minute at which it fires; `for` before it, it is pending. */
  readonly firesAt: number;
  /** `for`, in minutes. */
  readonly pendingMinutes: number;
  /** What it says, literally: labels beside alertname, and annotations. */
  readonly says: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
}
