import type { OutriderOptions } from '@outrider/core';
import type { RequestListener } from 'node:http';

/** A framework, or a version of one, that has an adapter. */
export interface Framework {
  readonly name: string;
  /** The application of {@link ROUTES}, with the adapter first. */
  build(options: OutriderOptions): RequestListener;
}

/**
 * What each framework's application serves, as its router declares it. The behaviour is in `behaviour.ts` and the same
 * for all; only registering it is the framework's.
 */
export const ROUTES = {
  template: '/users/:id',
  nested: '/shops/:shop/items/:item',
  nestedRoot: '/shops/:shop/items',
  nestedThrown: '/shops/:shop/items/:item/thrown',
  mounted: '/admin/hello/:name',
  mountedThrown: '/admin/thrown',
} as const;
