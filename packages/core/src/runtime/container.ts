import { AttributeSet, NO_ATTRIBUTES } from '../attributes.ts';
import { metricDefinition } from '../catalogue.ts';
import { containerSamples, readCgroup } from '../cgroup.ts';
import type { ContainerSample } from '../cgroup.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';

/**
 * The application's own cgroup. It must be read from inside: a sidecar in the same Kubernetes pod has a cgroup of its
 * own and cannot see this one.
 */
export class ContainerSource implements MetricSource {
  #samples: ReadonlyArray<readonly [name: string, value: number, attributes: AttributeSet]> = [];
  readonly #attributes = new Map<string, AttributeSet>();

  sample(): void {
    const reading = readCgroup();
    this.#samples =
      reading === undefined ? [] : containerSamples(reading).map((sample) => this.#withAttributes(sample));
  }

  #withAttributes([name, value, attributes]: ContainerSample): [string, number, AttributeSet] {
    if (attributes === undefined) return [name, value, NO_ATTRIBUTES];
    const key = JSON.stringify(attributes);
    let set = this.#attributes.get(key);
    if (set === undefined) {
      set = new AttributeSet(attributes);
      this.#attributes.set(key, set);
    }
    return [name, value, set];
  }

  collect(visitor: MetricVisitor): void {
    let current = '';
    for (const [name, value, attributes] of this.#samples) {
      if (name !== current) visitor.metric(metricDefinition(name));
      current = name;
      visitor.number(attributes, value);
    }
  }
}
