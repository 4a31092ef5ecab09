import type { VariantEntry } from '../variant.ts';

/** The name of a variant, as the table has it. */
export type VariantName =
  | 'bare'
  | 'outrider'
  | 'response-time'
  | 'prom-client'
  | 'prom-client + response-time'
  | 'express-prom-bundle'
  | 'otel'
  | 'otel with traces';

/** Every variant by its name. */
export const variants: Readonly<Record<VariantName, VariantEntry>> = {
  bare: { headers: [], load: () => import('./bare.ts') },
  outrider: { headers: ['x-response-time', 'x-request-id'], load: () => import('./outrider.ts') },
  'response-time': { headers: ['x-response-time'], load: () => import('./response-time.ts') },
  'prom-client': { headers: [], load: () => import('./prom-client.ts') },
  'prom-client + response-time': {
    headers: ['x-response-time'],
    load: () => import('./prom-client-and-response-time.ts'),
  },
  'express-prom-bundle': { headers: [], load: () => import('./express-prom-bundle.ts') },
  otel: { headers: [], load: () => import('./otel.ts') },
  'otel with traces': { headers: [], load: () => import('./otel-with-traces.ts') },
};

/** The names of all variants. */
export const variantNames: readonly VariantName[] = Object.keys(variants) as VariantName[];

/** Whether a text is the name of a variant. */
export function isVariantName(text: string): text is VariantName {
  return Object.hasOwn(variants, text);
}
