import type { PrometheusType } from '@outrider/core/catalogue';

/** What the text says about a family before its samples. */
export interface FamilyHead {
  /** The name of its samples, or what the names of its samples begin with. */
  readonly name: string;
  readonly type: PrometheusType;
  /** Such as `seconds`; empty if there is none. */
  readonly unit: string;
  readonly help: string;
}

/** How a format declares a family. */
export interface Declaration {
  /** The lines before the samples. */
  readonly text: string;
  /** Whether the samples may have exemplars: those of counters and buckets, in a format that has them. */
  readonly exemplars: boolean;
}

/** What tells one text format from another. */
export interface ExpositionFormat {
  readonly contentType: string;
  /** @param isFree whether a name belongs to no family */
  declare(family: FamilyHead, isFree: (name: string) => boolean): Declaration;
  /** Whether figures that are no counts by the letter of the format, such as a sum below 0, must be left out. */
  readonly strict: boolean;
  /** What follows the last line. */
  readonly end: string;
}
