import type { Server } from 'node:net';

/** What is measured: an application with one way of instrumentation. */
export interface Variant<App> {
  /** Puts the instrumentation on an application that has no routes yet. */
  install(app: App): unknown;
  /** How many requests it has recorded; what only writes headers has no such count. */
  recorded?(): number | Promise<number>;
}

/** A variant's own module: loaded in the process that is measured and before the framework, so that it can patch `node:http`. */
export interface VariantModule<App> {
  /** Starts what it needs besides a middleware. */
  start(): Variant<App>;
}

/** How a variant is listed. */
export interface VariantEntry<App> {
  /** Response headers that show it at work. */
  readonly headers: readonly string[];
  load(): Promise<VariantModule<App>>;
}

/** The module of a framework's application. */
export interface ApplicationModule<App> {
  /** Makes the application, instruments it, and listens on a free port of loopback. */
  readonly serve: (variant: Variant<App>) => Promise<Server>;
}

/** A variant at work. */
export interface Running {
  readonly server: Server;
  readonly variant: Pick<Variant<unknown>, 'recorded'>;
}

/** A framework, and what measures its requests. */
export interface Framework {
  /** Its name for people. */
  readonly title: string;
  /** Whether its requests are sent as HTTP/2, without TLS. */
  readonly http2: boolean;
  /** By name; the order is that of the table. */
  readonly variants: ReadonlyMap<string, { readonly headers: readonly string[] }>;
  /** Loads and starts one of the variants in this process. */
  start(variant: string): Promise<Running>;
}

/** Defines a framework; what an application is to it is the matter of its own modules. */
export function defineFramework<App>(options: {
  readonly title: string;
  readonly http2?: boolean;
  readonly application: () => Promise<ApplicationModule<App>>;
  readonly variants: Readonly<Record<string, VariantEntry<App>>>;
}): Framework {
  const variants = new Map(Object.entries(options.variants));
  return {
    title: options.title,
    http2: options.http2 ?? false,
    variants,
    async start(name) {
      const entry = variants.get(name);
      if (entry === undefined) throw new Error(`There is no variant ${name} of ${options.title}.`);
      const module = await entry.load();
      const variant = module.start();
      // Only now: instrumentation that patches node:http has to be there before the framework loads it.
      const { serve } = await options.application();
      return { variant, server: await serve(variant) };
    },
  };
}
