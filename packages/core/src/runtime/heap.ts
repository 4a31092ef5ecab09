import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { AttributeSet, NO_ATTRIBUTES } from '../attributes.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';

const USED = metricDefinition('v8js.memory.heap.used');
const SIZE = metricDefinition('v8js.memory.heap.space.size');
const LIMIT = metricDefinition('nodejs.heap.size_limit');

/** What V8 says of the heap, by space. */
export class HeapSource implements MetricSource {
  readonly #attributes = new Map<string, AttributeSet>();

  collect(visitor: MetricVisitor): void {
    const spaces = getHeapSpaceStatistics();
    visitor.metric(USED);
    for (const space of spaces) visitor.number(this.#attributesOf(space.space_name), space.space_used_size);
    visitor.metric(SIZE);
    for (const space of spaces) visitor.number(this.#attributesOf(space.space_name), space.space_size);
    visitor.metric(LIMIT);
    visitor.number(NO_ATTRIBUTES, getHeapStatistics().heap_size_limit);
  }

  #attributesOf(space: string): AttributeSet {
    let attributes = this.#attributes.get(space);
    if (attributes === undefined) {
      attributes = new AttributeSet({ 'v8js.heap.space.name': space });
      this.#attributes.set(space, attributes);
    }
    return attributes;
  }
}
