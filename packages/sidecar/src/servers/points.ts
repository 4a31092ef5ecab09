import { catalogue } from '@outrider/core/whole-catalogue';
import { numbers } from '../collectors/collector.ts';
import type { Collection } from '../collectors/collector.ts';
import { serverAttributes } from '../config/watched-server.ts';
import type { System, WatchedServer } from '../config/watched-server.ts';

type Attributes = Readonly<Record<string, string>>;

/**
 * What one look at a server found. A metric of its kind that has no point is absent, with a reason. Of two points with
 * the same attributes the first counts: a server that says something twice must not spoil the whole exposition.
 */
export class Points {
  readonly #server: Attributes;
  readonly #metrics: ReadonlyMap<string, Map<string, readonly [number, Attributes]>>;
  readonly #reasons = new Map<string, string>();
  readonly #notes: Record<string, string> = {};

  constructor(server: WatchedServer) {
    this.#server = serverAttributes(server);
    this.#metrics = new Map(metricsOf(server.system).map((name) => [name, new Map()]));
  }

  /** Adds a point, unless its value is not known. */
  add(name: string, value: number | undefined, attributes: Attributes = {}): void {
    if (value === undefined) return;
    const points = this.#metrics.get(name);
    if (points === undefined) throw new Error(`${name} is no metric of this server`);
    const key = JSON.stringify(Object.values(attributes));
    if (!points.has(key)) points.set(key, [value, { ...this.#server, ...attributes }]);
  }

  /** Says why metrics are not there, should they not be. */
  explain(reason: string, ...names: readonly string[]): void {
    for (const name of names) this.#reasons.set(name, reason);
  }

  /** Says what metrics do not tell of, whether they are there or not. */
  note(reason: string, ...names: readonly string[]): void {
    for (const name of names) this.#notes[name] = reason;
  }

  collection(): Collection {
    const found = [...this.#metrics].filter(([, points]) => points.size > 0);
    const missing = [...this.#metrics].filter(([, points]) => points.size === 0).map(([name]) => name);
    const absent = missing.map((name) => [name, this.#reasons.get(name) ?? 'the server does not tell it'] as const);
    return {
      metrics: found.map(([name, points]) => numbers(name, [...points.values()])),
      absent: { ...Object.fromEntries(absent), ...this.#notes },
    };
  }
}

// The runner tells `…up`.
function metricsOf(system: System): readonly string[] {
  return [...catalogue.keys()].filter((name) => name.startsWith(`${system}.`) && name !== `${system}.up`);
}
