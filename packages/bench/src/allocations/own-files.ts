import type { AllocationSite } from './sampling.ts';

/** Where Outrider's packages are that serve a request of Express. */
const OWN: readonly string[] = ['@outrider/core', '@outrider/express'].map(
  (name) => new URL('.', import.meta.resolve(name)).href,
);

/** Whether a site is in a file of Outrider's own. */
export function isOwn({ url }: Pick<AllocationSite, 'url'>): boolean {
  return OWN.some((folder) => url.startsWith(folder));
}

/** Where a site is, for people: the function, and its file within the package. */
export function siteName({ url, functionName }: Pick<AllocationSite, 'url' | 'functionName'>): string {
  const folder = OWN.find((own) => url.startsWith(own)) ?? '';
  return `${functionName || '(anonymous)'} (${url.slice(folder.length)})`;
}

/** Bytes of some sites together. */
export function bytesOf(sites: readonly AllocationSite[]): number {
  return sites.reduce((total, { bytes }) => total + bytes, 0);
}
