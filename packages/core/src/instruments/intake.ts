import { AttributeSet } from '../attributes.ts';
import { TAKEN_LABELS, customLabels } from '../http/custom-labels.ts';
import type { Attributes } from './series-table.ts';

const NONE: Attributes = {};

/** What an instrument of the application is given: what cannot be used is left out and counted, and never throws. */
export class Intake {
  /** How much could not be used. */
  rejected = 0;
  readonly attributes: AttributeSet;
  readonly #enabled: boolean;
  readonly #taken: ReadonlySet<string>;

  /**
   * @param enabled whether anything is taken at all
   * @param taken Prometheus names of labels that the instrument has already
   */
  constructor(instrument: string, enabled: boolean, taken: readonly string[] = []) {
    this.attributes = new AttributeSet({ instrument });
    this.#enabled = enabled;
    this.#taken = new Set([...TAKEN_LABELS, ...taken]);
  }

  /** Whether a value is to be recorded: a finite number, not below `lowest`. */
  accepts(value: unknown, lowest: number = -Number.MAX_VALUE): value is number {
    if (Number.isFinite(value) && (value as number) >= lowest) return this.#enabled;
    this.rejected++;
    return false;
  }

  /** The attributes that can be used, as text: 1 and '1' would be two series of one name on /metrics. */
  labels(given: Attributes | undefined): Attributes {
    if (given === undefined) return NONE;
    try {
      const { labels, unfit } = customLabels(given, this.#taken);
      this.rejected += unfit;
      return labels ?? NONE;
    } catch {
      // A getter or a proxy of the application.
      this.rejected++;
      return NONE;
    }
  }
}
