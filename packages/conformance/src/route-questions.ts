import { strict as assert } from 'node:assert';
import type { Application } from './application.ts';
import type { RequestOptions } from './client/client.ts';
import { allEnded } from './ended.ts';
import { DURATION, assertNothingConcrete } from './expectations.ts';
import { readMetric } from './readings.ts';

/** A request, and what must come of it. Values of parameters contain `zq`: no label may. */
export interface Question extends Pick<RequestOptions, 'method' | 'headers'> {
  readonly path: string;
  /** Undefined for a request that no route matched. */
  readonly template: string | undefined;
  /** @default 200 */
  readonly status?: number;
}

/** How often each route was recorded; undefined stands for requests that no route matched. */
export function countsByRoute({ observer }: Pick<Application, 'observer'>): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const { attributes, value } of readMetric(observer, DURATION)) {
    const route = attributes['http.route'];
    counts.set(route, (counts.get(route) ?? 0) + value);
  }
  return counts;
}

/** Asks, and tells the status and the route label of the one series that it was recorded under. */
export async function ask(
  application: Application,
  target: string,
  options: Pick<RequestOptions, 'method' | 'headers'> = {},
): Promise<[status: number, route: unknown]> {
  const before = countsByRoute(application);
  const { status } = await application.send(target, options);
  await allEnded(application);
  const grown = [...countsByRoute(application)].filter(([route, count]) => count !== (before.get(route) ?? 0));
  assert.equal(grown.length, 1, `${target} was recorded under ${grown.length} routes`);
  return [status, grown[0]![0]];
}

/** Asks there and back, since what was found for one request must not decide the next, and looks at every label. */
export async function assertTemplates(application: Application, questions: readonly Question[]): Promise<void> {
  for (const { path, template, status = 200, method = 'GET', headers = {} } of [
    ...questions,
    ...questions.toReversed(),
  ]) {
    const answer = await ask(application, path, { method, headers });
    assert.deepEqual([method, path, ...answer], [method, path, status, template]);
  }
  assertNothingConcrete(application);
}
