import { prometheusLabel } from '@outrider/core/catalogue';
import type { Attributes } from '../metric.ts';

/** Labels that come from the sidecar and not from the data: job, instance, worker. Sorted by name. */
export type BaseLabels = ReadonlyArray<readonly [name: string, value: string]>;

/**
 * Writes label sets as the Prometheus text format has them between its braces: sorted by name, values escaped.
 *
 * An attribute whose name the sidecar needs itself gets the prefix `exported_`. Attributes that map to the same label
 * are joined with `;`, in the order of their names (OpenTelemetry's rule for Prometheus).
 */
export class LabelWriter {
  readonly #names = new Map<string, string>();

  /** @param reserved names that the metric itself needs, such as `le` */
  write(base: BaseLabels, attributes: Attributes, reserved?: string): string {
    const labels = new Map<string, string>(base);
    const joined = new Set<string>();
    for (const [attribute, value] of attributes) {
      let name = this.#name(attribute);
      if (name === '') continue;
      if (name === reserved || base.some(([taken]) => taken === name)) name = `exported_${name}`;
      const before = joined.has(name) ? labels.get(name) : undefined;
      labels.set(name, before === undefined ? value : `${before};${value}`);
      joined.add(name);
    }
    return [...labels]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}="${escapeLabelValue(value)}"`)
      .join(',');
  }

  #name(attribute: string): string {
    let name = this.#names.get(attribute);
    if (name === undefined) {
      name = prometheusLabel(attribute);
      this.#names.set(attribute, name);
    }
    return name;
  }
}

function escapeLabelValue(value: string): string {
  // Lone surrogates have no UTF-8; what is written and what is compared must be the same text.
  const text = value.toWellFormed();
  return /["\\\n]/.test(text) ? text.replace(/["\\\n]/g, (mark) => (mark === '\n' ? '\\n' : `\\${mark}`)) : text;
}
