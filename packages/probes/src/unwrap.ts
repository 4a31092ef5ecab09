import type { Unwrapper } from '@outrider/core';
import { hasFunctions } from './shape.ts';

function inner(holder: unknown, ...path: readonly string[]): object | undefined {
  let value: unknown = holder;
  for (const name of path) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === 'object' && value !== null ? value : undefined;
}

// The driver's pool of a database of drizzle.
const drizzle: Unwrapper = (target) => inner(target, '$client');

// The driver's pool of a `DataSource` of typeorm, once it is initialized: that of `postgres`, or of `mysql` and
// `mariadb`. With replication in PostgreSQL the master's; each of `dataSource.driver.slaves` is to be registered itself.
const typeorm: Unwrapper = (target) => {
  if (!hasFunctions(target, ['initialize', 'destroy', 'createQueryRunner'])) return undefined;
  return inner(target, 'driver', 'master') ?? inner(target, 'driver', 'pool');
};

// The pool of knex: the driver's own that was given as `connectionPool`, or knex's, until it is initialized again.
const knex: Unwrapper = (target) =>
  hasFunctions(target, ['raw', 'transaction'])
    ? (inner(target, 'client', 'config', 'connectionPool') ?? inner(target, 'client', 'pool'))
    : undefined;

// The pool of sequelize. With replication there are two in it, which none of them stands for.
const sequelize: Unwrapper = (target) => inner(target, 'connectionManager', 'pool');

// The pool inside of a pool of `mysql2/promise`.
const mysql2Promise: Unwrapper = (target) =>
  hasFunctions(target, ['getConnection', 'query', 'execute']) ? inner(target, 'pool') : undefined;

// The `pg.Pool` that a `PrismaPg` was given. One that was given a configuration makes its pool where nobody can reach it.
const prismaPg: Unwrapper = (target) =>
  hasFunctions(target, ['connect', 'connectToShadowDb']) ? inner(target, 'externalPool') : undefined;

/** Find the pool in what holds one: an ORM, a query builder, a driver's pool of another style. */
export const unwrappers: readonly Unwrapper[] = [drizzle, typeorm, knex, sequelize, mysql2Promise, prismaPg];
