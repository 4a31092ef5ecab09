import { strict as assert } from 'node:assert';
import type { Application } from './application.ts';
import type { Answer } from './client/client.ts';
import { valuesOf } from './client/client.ts';
import { allEnded } from './ended.ts';
import { read, readMetric, total } from './readings.ts';

export const DURATION = 'http.server.request.duration';
export const OUTCOMES = 'http.server.request.outcomes';
export const STREAM = 'http.server.stream.duration';
export const FIRST_BYTE = 'http.server.time_to_first_byte';
export const REJECTED_IDS = 'outrider.request_ids.rejected';

/** What a request id that Outrider makes looks like. */
export const UUID: RegExp = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a response time looks like. */
export const MILLISECONDS: RegExp = /^\d+\.\d{3}ms$/;

/** The labels of a request that was answered. */
export interface Labels {
  readonly route?: string | undefined;
  readonly status: number;
  readonly error?: string | undefined;
  readonly method?: string;
}

/** The only requests were so many, answered whole, and recorded under these labels exactly. */
export async function assertRecorded(application: Application, labels: Labels, count: number = 1): Promise<void> {
  await allEnded(application);
  const { observer } = application;
  assert.deepEqual(
    readMetric(observer, DURATION).map(({ attributes, value }) => ({ attributes, value })),
    [{ attributes: attributesOf(application, labels), value: count }],
  );
  assert.equal(total(observer, OUTCOMES, { outcome: 'completed' }), count);
  assert.equal(total(observer, 'outrider.route.duration'), count);
}

/** The labels of latency as a whole: nothing is missing and nothing is there beside. */
export function attributesOf(
  { transport }: Application,
  { route, status, error, method = 'GET' }: Labels,
): Readonly<Record<string, string | number>> {
  return {
    'http.request.method': method,
    ...(route === undefined ? {} : { 'http.route': route }),
    'http.response.status_code': status,
    'url.scheme': transport === 'http' || transport === 'h2c' ? 'http' : 'https',
    ...(error === undefined ? {} : { 'error.type': error }),
  };
}

/** The only request was cut off, in this way, and has a status only if its headers were sent. */
export function assertCutOff(
  { observer }: Application,
  { route, outcome, status }: { route: string; outcome: string; status?: number | undefined },
): void {
  const [reading, ...others] = readMetric(observer, DURATION);
  assert.equal(others.length, 0);
  assert.equal(reading?.value, 1);
  assert.equal(reading.attributes['http.route'], route);
  assert.equal(
    reading.attributes['error.type'],
    outcome === 'destroyed_by_server' ? 'server_destroy' : 'client_disconnect',
  );
  assert.equal(reading.attributes['http.response.status_code'], status);
  assert.deepEqual(outcomesOf(observer), { [outcome]: 1 });
}

/** How many requests ended in each way that any did. */
export function outcomesOf(observer: Application['observer']): Record<string, number> {
  return Object.fromEntries(
    readMetric(observer, OUTCOMES)
      .filter(({ value }) => value > 0)
      .map(({ attributes, value }) => [attributes['outcome'], value]),
  );
}

/** Every request that reached the server has ended once and none is active. */
export async function assertBalanced(application: Application): Promise<void> {
  await allEnded(application);
  assert.equal(total(application.observer, OUTCOMES), application.received(), 'requests that ended');
  assert.equal(total(application.observer, 'http.server.active_requests'), 0, 'requests that are active');
}

/** No label of anything holds what stands for a parameter's value. */
export function assertNothingConcrete({ observer }: Application): void {
  for (const { metric, attributes } of read(observer)) {
    for (const [name, value] of Object.entries(attributes)) {
      assert.ok(!String(value).toLowerCase().includes('zq'), `${metric} has ${name} = ${value}`);
    }
  }
}

/** An answer has one response time and one request id. */
export function assertHeaders(answer: Answer): void {
  const times = valuesOf(answer, 'x-response-time');
  assert.equal(times.length, 1, 'X-Response-Time');
  assert.match(times[0]!, MILLISECONDS);
  const ids = valuesOf(answer, 'x-request-id');
  assert.equal(ids.length, 1, 'X-Request-ID');
  assert.match(ids[0]!, UUID);
}
