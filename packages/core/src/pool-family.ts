import { metricDefinition } from './catalogue.ts';
import type { MetricDefinition } from './catalogue.ts';

/** What is pooled: connections to a database, connections of an HTTP client, threads. */
export type PoolFamily = 'database' | 'http' | 'thread';

/** The metrics of a family. */
export interface PoolMetrics {
  readonly nameAttribute: string;
  readonly stateAttribute: string;
  /** What the state of something in use is called. */
  readonly used: string;
  readonly count: MetricDefinition;
  readonly limit: MetricDefinition;
  readonly idleMin: MetricDefinition | undefined;
  readonly pending: MetricDefinition;
  readonly pendingMax: MetricDefinition;
  readonly timeouts: MetricDefinition | undefined;
  readonly errors: MetricDefinition | undefined;
  readonly waitTime: MetricDefinition | undefined;
  readonly useTime: MetricDefinition | undefined;
  readonly createTime: MetricDefinition | undefined;
}

/** The metrics of every family of pools. */
export const POOL_FAMILIES: Readonly<Record<PoolFamily, PoolMetrics>> = {
  database: {
    nameAttribute: 'db.client.connection.pool.name',
    stateAttribute: 'db.client.connection.state',
    used: 'used',
    count: metricDefinition('db.client.connection.count'),
    limit: metricDefinition('db.client.connection.limit'),
    idleMin: metricDefinition('db.client.connection.idle.min'),
    pending: metricDefinition('db.client.connection.pending_requests'),
    pendingMax: metricDefinition('db.client.connection.pending_requests.max'),
    timeouts: metricDefinition('db.client.connection.timeouts'),
    errors: metricDefinition('db.client.connection.errors'),
    waitTime: metricDefinition('db.client.connection.wait_time'),
    useTime: metricDefinition('db.client.connection.use_time'),
    createTime: metricDefinition('db.client.connection.create_time'),
  },
  http: {
    nameAttribute: 'http.client.pool.name',
    stateAttribute: 'http.connection.state',
    used: 'active',
    count: metricDefinition('http.client.open_connections'),
    limit: metricDefinition('http.client.connection.limit'),
    idleMin: undefined,
    pending: metricDefinition('http.client.pending_requests'),
    pendingMax: metricDefinition('http.client.pending_requests.max'),
    timeouts: undefined,
    errors: undefined,
    waitTime: undefined,
    useTime: undefined,
    createTime: undefined,
  },
  thread: {
    nameAttribute: 'thread.pool.name',
    stateAttribute: 'thread.pool.state',
    used: 'used',
    count: metricDefinition('thread.pool.threads'),
    limit: metricDefinition('thread.pool.limit'),
    idleMin: metricDefinition('thread.pool.idle.min'),
    pending: metricDefinition('thread.pool.pending_requests'),
    pendingMax: metricDefinition('thread.pool.pending_requests.max'),
    timeouts: undefined,
    errors: undefined,
    waitTime: metricDefinition('thread.pool.wait_time'),
    useTime: metricDefinition('thread.pool.use_time'),
    createTime: undefined,
  },
};
