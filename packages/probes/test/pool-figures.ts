import { Observer } from '@outrider/core';
import { read } from '../../conformance/src/readings.ts';
import type { Reading } from '../../conformance/src/readings.ts';
import { readers } from '../src/registry.ts';

/** What an observer tells of one pool of a database; what it does not tell is undefined. */
export interface PoolFigures {
  readonly used: number | undefined;
  readonly idle: number | undefined;
  readonly pending: number | undefined;
  readonly pendingMax: number | undefined;
  readonly limit: number | undefined;
  readonly idleMin: number | undefined;
  readonly timeouts: number | undefined;
  /** Waits that ended without a connection, timeouts aside. */
  readonly errors: number | undefined;
  /** How many waits ended with a connection, and how many seconds they took. */
  readonly waits: number | undefined;
  readonly waitSeconds: number | undefined;
  readonly uses: number | undefined;
  readonly useSeconds: number | undefined;
  readonly creations: number | undefined;
  readonly createSeconds: number | undefined;
}

/** An observer that knows every library, and tells nobody. */
export function newObserver(): Observer {
  const observer = new Observer({ environment: {}, push: false, runtime: false });
  observer.addReaders(readers);
  return observer;
}

export function poolFigures(observer: Observer, pool: string): PoolFigures {
  const readings = read(observer).filter(({ attributes }) => attributes['db.client.connection.pool.name'] === pool);
  const find = (name: string, state?: string): Reading | undefined =>
    readings.find(
      ({ metric, attributes }) =>
        metric === `db.client.connection.${name}` &&
        (state === undefined || attributes['db.client.connection.state'] === state),
    );
  return {
    used: find('count', 'used')?.value,
    idle: find('count', 'idle')?.value,
    pending: find('pending_requests')?.value,
    pendingMax: find('pending_requests.max')?.value,
    limit: find('limit')?.value,
    idleMin: find('idle.min')?.value,
    timeouts: find('timeouts')?.value,
    errors: find('errors')?.value,
    waits: find('wait_time')?.value,
    waitSeconds: find('wait_time')?.sum,
    uses: find('use_time')?.value,
    useSeconds: find('use_time')?.sum,
    creations: find('create_time')?.value,
    createSeconds: find('create_time')?.sum,
  };
}

/** How often the probe of a pool threw; undefined once the pool is gone. */
export function poolErrors(observer: Observer, pool: string): number | undefined {
  return read(observer).find(
    ({ metric, attributes }) => metric === 'outrider.probe.errors' && attributes['probe'] === `pool:${pool}`,
  )?.value;
}
