import { prometheusLabel } from '@outrider/core/catalogue';
import type { Attributes } from '../metric.ts';

/** Labels that come from the sidecar and not from the data: job, instance, worker. Sorted by name. */
export type BaseLabels = ReadonlyArray<readonly [name: string, value: string]>;

/**
 * Writes label sets as the Prometheus text formats have them between their braces: sorted by name, values escaped.
 *
 * An attribute whose name the sidecar needs itself gets the prefix `exported_`. Attributes that map to the same label
 * are joined with `;`, in the order of their names (OpenTelemetry's rule for Prometheus). One without a value is left out:
 * Prometheus takes it for none, and two series that only differ in it for one.
 */
export class LabelWriter {
  readonly #names = new Map<string, string>();

  /** @param reserved names that the metric itself needs, such as `le` */
  write(base: BaseLabels, attributes: Attributes, reserved?: string): string {
    return this.#merge(base, attributes, reserved) ?? this.#sort(base, attributes, reserved);
  }

  // Nearly always the labels have the order of their attributes, and are other ones than the sidecar's: then both lists
  // need only be merged, which takes a tenth of the time.
  #merge(base: BaseLabels, attributes: Attributes, reserved: string | undefined): string | undefined {
    let text = '';
    let next = 0;
    let last = '';
    for (const [attribute, value] of attributes) {
      const name = this.#name(attribute);
      if (name <= last || name === reserved) return undefined;
      last = name;
      for (let own = base[next]; own !== undefined && own[0] <= name; own = base[++next]) {
        if (own[0] === name) return undefined;
        text += label(own[0], own[1]);
      }
      text += label(name, value);
    }
    for (; next < base.length; next += 1) text += label(base[next]![0], base[next]![1]);
    return text.slice(0, -1);
  }

  #sort(base: BaseLabels, attributes: Attributes, reserved: string | undefined): string {
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
      .map(([name, value]) => label(name, value))
      .join('')
      .slice(0, -1);
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

function label(name: string, value: string): string {
  return value === '' ? '' : `${name}="${escapeLabelValue(value)}",`;
}

/** Escapes what stands between quotes. Lone surrogates have no UTF-8: what is written and compared must be the same. */
export function escapeLabelValue(value: string): string {
  if (!/["\\\n\uD800-\uDFFF]/.test(value)) return value;
  return value.toWellFormed().replace(/["\\\n]/g, (mark) => (mark === '\n' ? '\\n' : `\\${mark}`));
}
