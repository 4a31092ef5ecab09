import type { Express } from 'express';

/** What is measured: an application with one way of instrumentation. */
export interface Variant {
  /** Puts the instrumentation on an application that has no routes yet. */
  install(app: Express): void;
  /** How many requests it has recorded; what only writes headers has no such count. */
  recorded?(): number | Promise<number>;
}

/** A variant's own module: loaded in the process that is measured and before Express, so that it can patch `node:http`. */
export interface VariantModule {
  /** Starts what it needs besides a middleware. */
  start(): Variant;
}

/** How a variant is listed. */
export interface VariantEntry {
  /** Response headers that show it at work. */
  readonly headers: readonly string[];
  load(): Promise<VariantModule>;
}
