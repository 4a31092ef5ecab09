import { startMariadb } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { Sequelize } from 'sequelize';
import type { Options } from 'sequelize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readers } from '../src/registry.ts';
import { sequelizePool } from '../src/sequelize.ts';
import { testPool } from './pool-contract.ts';
import { newObserver, poolFigures } from './pool-figures.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

let mariadb: TestServer;

beforeAll(async () => {
  mariadb = await startMariadb();
});

afterAll(() => mariadb?.stop());

function newSequelize(options: Options): Sequelize {
  return new Sequelize(mariadb.url, {
    dialect: 'mysql',
    logging: false,
    ...options,
  });
}

interface SequelizePool {
  acquire(): Promise<object>;
  release(connection: object): void;
  destroy(connection: object): Promise<void>;
}

interface ConnectionManager {
  readonly pool: SequelizePool & { readonly read?: SequelizePool; readonly write?: SequelizePool };
  getConnection(options: { type: 'SELECT' | 'INSERT' }): Promise<object>;
  releaseConnection(connection: object): void;
}

function managerOf(sequelize: Sequelize): ConnectionManager {
  return (sequelize as unknown as { connectionManager: ConnectionManager }).connectionManager;
}

describe('the pool of sequelize', () => {
  testPool({
    make(limit) {
      const sequelize = newSequelize({ pool: { max: limit } });
      const manager = managerOf(sequelize);
      return {
        target: sequelize,
        acquire: async () => {
          const connection = await manager.getConnection({ type: 'SELECT' });
          return () => manager.releaseConnection(connection);
        },
        query: () => sequelize.query('SELECT 1'),
        close: () => sequelize.close(),
      };
    },
    creates: true,
    collectable: true,
  });
});

describe('the figures of the pool of sequelize', () => {
  it('are read by one reader only', async () => {
    const sequelize = newSequelize({ pool: { max: 7, min: 1 } });
    const { pool } = managerOf(sequelize);
    expect(readers.pools.filter((reader) => reader.matches(pool))).toEqual([sequelizePool]);
    expect(sequelizePool.read(pool)).toEqual({ used: 0, idle: 0, pending: 0, limit: 7, idleMin: 1 });
    await sequelize.close();
  });

  it('count a connection that is being opened as used', async () => {
    const sequelize = newSequelize({});
    const { pool } = managerOf(sequelize);
    const asked = pool.acquire();
    expect(sequelizePool.read(pool)).toMatchObject({ used: 1, idle: 0, pending: 1 });
    pool.release(await asked);
    expect(sequelizePool.read(pool)).toMatchObject({ used: 0, idle: 1, pending: 0 });
    await sequelize.close();
  });

  it('are two pools under replication, each of which is registered itself', async () => {
    const observer = newObserver();
    const server = { host: '127.0.0.1', port: String(mariadb.port), username: 'root', database: 'test' };
    const sequelize = newSequelize({ replication: { read: [server], write: server }, pool: { max: 2 } });
    const manager = managerOf(sequelize);
    expect(() => observer.pool(sequelize, { name: 'orders' })).toThrow('sequelize-pool');
    observer.pool(manager.pool.read!, { name: 'orders-read' });
    observer.pool(manager.pool.write!, { name: 'orders-write', timings: true });
    const connection = await manager.getConnection({ type: 'INSERT' });
    expect(poolFigures(observer, 'orders-read')).toMatchObject({ used: 0, limit: 2 });
    expect(poolFigures(observer, 'orders-write')).toMatchObject({ used: 1, limit: 2, waits: 1, creations: 1 });
    manager.releaseConnection(connection);
    expect(poolFigures(observer, 'orders-write')).toMatchObject({ used: 0, idle: 1, uses: 1 });
    await sequelize.close();
  });
});

describe('a pool of sequelize whose times are told', () => {
  it('counts callers that give up as timeouts, not as waits', async () => {
    const observer = newObserver();
    const sequelize = newSequelize({ pool: { max: 1, acquire: 500 } });
    observer.pool(sequelize, { name: 'orders', timings: true });
    const manager = managerOf(sequelize);
    const held = await manager.getConnection({ type: 'SELECT' });
    await expect(sequelize.query('SELECT 1')).rejects.toMatchObject({ name: 'SequelizeConnectionAcquireTimeoutError' });
    expect(poolFigures(observer, 'orders')).toMatchObject({ timeouts: 1, waits: 1, pending: 0, pendingMax: 1 });
    manager.releaseConnection(held);
    expect(poolFigures(observer, 'orders')).toMatchObject({ used: 0, uses: 1 });
    await sequelize.close();
  });

  it('tells the use of a connection that is thrown away', async () => {
    const observer = newObserver();
    const sequelize = newSequelize({});
    observer.pool(sequelize, { name: 'orders', timings: true });
    const { pool } = managerOf(sequelize);
    await pool.destroy(await pool.acquire());
    expect(poolFigures(observer, 'orders')).toMatchObject({ waits: 1, uses: 1, used: 0, idle: 0 });
    await sequelize.close();
  });

  it('keeps rejections that nobody handles', async () => {
    const sequelize = newSequelize({});
    newObserver().pool(sequelize, { name: 'orders', timings: true });
    const { pool } = managerOf(sequelize);
    await sequelize.close();
    expect(await rejectionsDuring(() => void pool.acquire())).toHaveLength(1);
    expect(await rejectionsDuring(() => void pool.acquire().catch(() => {}))).toEqual([]);
  });
});

// The last of the file: the server does not come back.
describe('a server that is stopped', () => {
  it('shows errors, and no wait that nobody had', async () => {
    const observer = newObserver();
    const sequelize = newSequelize({ pool: { max: 2, evict: 20, idle: 10 } });
    observer.pool(sequelize, { name: 'orders', timings: true });
    await sequelize.query('SELECT 1');
    await mariadb.stop();
    await expect(sequelize.query('SELECT 1')).rejects.toMatchObject({ name: 'SequelizeConnectionRefusedError' });
    await expect
      .poll(() => poolFigures(observer, 'orders'), { timeout: 10_000 })
      .toMatchObject({ used: 0, idle: 0, pending: 0, waits: 1, uses: 1, creations: 1, timeouts: 0, errors: 1 });
    await sequelize.close();
  });
});
