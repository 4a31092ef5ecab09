import type { Application } from './application.ts';

/** One value for each of some applications. */
export type PerApplication<Value> = (application: Application) => Value;

/** Values in the order of the applications, to be looked up by application. */
export function perApplication<Value>(
  applications: readonly Application[],
  values: readonly Value[],
): PerApplication<Value> {
  const known = new Map(applications.map((application, at) => [application, values[at]]));
  return (application) => {
    const value = known.get(application);
    if (value === undefined) throw new Error(`nothing is known of ${application.service}`);
    return value;
  };
}
