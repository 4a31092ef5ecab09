import type { SubjectFactory } from './subject.ts';

/** The name of a subject, as the tables have it. */
export type SubjectName =
  | 'outrider'
  | 'outrider, requests made'
  | 'otel'
  | 'otel, the same histograms'
  | 'prom-client'
  | 'prom-client, labels()'
  | 'typed arrays';

/** How each is loaded: in a process that measures it, and nothing else. */
export const subjects: Readonly<Record<SubjectName, () => Promise<SubjectFactory>>> = {
  outrider: async () => (await import('./outrider.ts')).createOutrider,
  'outrider, requests made': async () => (await import('./outrider.ts')).createOutriderWithRequests,
  otel: async () => (await import('./otel.ts')).createOtel,
  'otel, the same histograms': async () => (await import('./otel-with-four.ts')).createOtelWithFour,
  'prom-client': async () => (await import('./prom-client.ts')).createPromClient,
  'prom-client, labels()': async () => (await import('./prom-client.ts')).createPromClientWithLabels,
  'typed arrays': async () => (await import('./typed-arrays.ts')).createTypedArrays,
};

/**
 * Loads the subject that a process was started for.
 *
 * @throws {Error} if there is none of that name
 */
export async function loadSubject(name: string | undefined): Promise<SubjectFactory> {
  if (name === undefined || !Object.hasOwn(subjects, name)) throw new Error(`There is no subject ${name}.`);
  return subjects[name as SubjectName]();
}
