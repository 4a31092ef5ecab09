import type { Attributes } from '@opentelemetry/api';
import { prometheusLabel } from '@outrider/core/catalogue';

/** Labels as they stand in the text, sorted by name. */
export type Labels = Readonly<Record<string, string>>;

/**
 * The Prometheus labels of OpenTelemetry attributes.
 *
 * Attributes that map to the same label are joined with `;`, in the order of their names (OpenTelemetry's rule for
 * Prometheus).
 *
 * @param reserved a name that the metric itself needs, such as `le`; an attribute of that name becomes `exported_le`
 */
export function labelsOf(attributes: Attributes, reserved?: string): Labels {
  const labels = new Map<string, string>();
  for (const [attribute, value] of Object.entries(attributes).toSorted(byName)) {
    if (value === undefined || value === null || attribute === '') continue;
    let name = prometheusLabel(attribute);
    if (name === reserved) name = `exported_${name}`;
    const text = (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed();
    const before = labels.get(name);
    labels.set(name, before === undefined ? text : `${before};${text}`);
  }
  return Object.fromEntries([...labels].toSorted(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
