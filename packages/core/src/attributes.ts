/** What an attribute may hold. */
export type AttributeValue = string | number | boolean;

/**
 * The attributes of one series. It is made once, when the series is first seen, and reused for every reading, so a
 * reader may keep what it derives from it (the encoder keeps its JSON) in `encoded`.
 */
export class AttributeSet {
  readonly values: Readonly<Record<string, AttributeValue>>;
  encoded: string | undefined = undefined;

  /** Attributes whose value is undefined are left out. */
  constructor(values: Readonly<Record<string, AttributeValue | undefined>>) {
    this.values = Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
    );
  }
}

/** The attributes of a metric that has one series only. */
export const NO_ATTRIBUTES: AttributeSet = new AttributeSet({});
