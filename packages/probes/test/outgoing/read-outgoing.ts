import type { AttributeSet, Observer } from '@outrider/core';

type AttributeValues = AttributeSet['values'];

function keyOf(values: AttributeValues): string {
  const host = `${values['server.address']}:${values['server.port'] ?? '?'}`;
  const parts = [values['http.request.method'], host, values['http.response.status_code'], values['error.type']];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** What an observer tells of one metric: counts of a histogram, values of another, by `method host:port status error`. */
export function readOutgoing(observer: Observer, name: string): Record<string, number> {
  const found: Record<string, number> = {};
  let current = '';
  const tell = (values: AttributeValues, value: number): void => {
    if (current !== name) return;
    const key = values['otel.metric.overflow'] ? 'overflow' : keyOf(values);
    if (key in found) throw new Error(`${name} has the series ${key} twice`);
    found[key] = value;
  };
  observer.collect({
    metric: (definition) => {
      current = definition.name;
    },
    number: (attributes, value) => tell(attributes.values, value),
    histogram: (attributes, bounds, counts, at) => {
      let count = 0;
      for (let bucket = 0; bucket <= bounds.length; bucket++) count += counts[at + bucket]!;
      tell(attributes.values, count);
    },
    exponential: () => {},
  });
  return found;
}

/** The counts of `http.client.request.duration`. */
export function durations(observer: Observer): Record<string, number> {
  return readOutgoing(observer, 'http.client.request.duration');
}

/** How many calls are being made, to all hosts. */
export function active(observer: Observer): number {
  return Object.values(readOutgoing(observer, 'http.client.active_requests')).reduce((sum, value) => sum + value, 0);
}

/** Everything that an observer tells, as one text. */
export function everything(observer: Observer): string {
  const told: unknown[] = [];
  observer.collect({
    metric: (definition) => told.push(definition.name),
    number: (attributes, value) => told.push(attributes.values, value),
    histogram: (attributes) => told.push(attributes.values),
    exponential: (attributes) => told.push(attributes.values),
  });
  return JSON.stringify(told);
}
