import type { Attributes, HistogramPoint, Metric } from '../metric.ts';
import { addSameSeries } from '../store/join-scopes.ts';
import { withPoints } from '../store/points.ts';

type Renames = ReadonlyMap<string, string | undefined>;

interface Renamed {
  readonly name: string;
  /** Whether it is in milliseconds and now in seconds. */
  readonly seconds: boolean;
  readonly attributes: Renames;
  /** The least status of a response that is an error. */
  readonly error: number | undefined;
}

// What has no name of today: a raw target or URL may hold secrets, and like a peer's address, a Host header or a user
// agent it is a new series with each request.
const LEFT_OUT = [
  'http.target',
  'http.url',
  'http.host',
  'http.server_name',
  'http.client_ip',
  'http.user_agent',
  'http.request_content_length',
  'http.response_content_length',
  'net.host.name',
  'net.host.port',
  'net.host.ip',
  'net.peer.ip',
  'net.transport',
  'net.protocol.name',
  'net.sock.family',
  'net.sock.host.addr',
  'net.sock.host.port',
  'net.sock.peer.addr',
  'net.sock.peer.name',
  'net.sock.peer.port',
].map((name) => [name, undefined] as const);

const HTTP = [
  ...LEFT_OUT,
  ['http.method', 'http.request.method'],
  ['http.status_code', 'http.response.status_code'],
  ['http.flavor', 'network.protocol.version'],
  ['net.protocol.version', 'network.protocol.version'],
] as const;

const SERVER: Renames = new Map([
  ...HTTP,
  ['http.scheme', 'url.scheme'],
  ['net.peer.name', undefined],
  ['net.peer.port', undefined],
]);
const CLIENT: Renames = new Map([
  ...HTTP,
  ['http.scheme', undefined],
  ['net.peer.name', 'server.address'],
  ['net.peer.port', 'server.port'],
]);
const POOL: Renames = new Map([
  ['pool.name', 'db.client.connection.pool.name'],
  ['state', 'db.client.connection.state'],
  ['db.client.connections.pool.name', 'db.client.connection.pool.name'],
  ['db.client.connections.state', 'db.client.connection.state'],
]);

// Old name, name of today, whether it was in milliseconds, attributes, the least status that is an error: semantic
// conventions 1.20 for HTTP, 1.26 for pools, against 1.45.
const ROWS: ReadonlyArray<readonly [string, string, boolean, Renames, number?]> = [
  ['http.server.duration', 'http.server.request.duration', true, SERVER, 500],
  ['http.server.request.size', 'http.server.request.body.size', false, SERVER],
  ['http.server.response.size', 'http.server.response.body.size', false, SERVER],
  ['http.server.active_requests', 'http.server.active_requests', false, SERVER],
  ['http.client.duration', 'http.client.request.duration', true, CLIENT, 400],
  ['http.client.request.size', 'http.client.request.body.size', false, CLIENT],
  ['http.client.response.size', 'http.client.response.body.size', false, CLIENT],
  ['db.client.connections.usage', 'db.client.connection.count', false, POOL],
  ['db.client.connections.max', 'db.client.connection.limit', false, POOL],
  ['db.client.connections.idle.min', 'db.client.connection.idle.min', false, POOL],
  ['db.client.connections.idle.max', 'db.client.connection.idle.max', false, POOL],
  ['db.client.connections.pending_requests', 'db.client.connection.pending_requests', false, POOL],
  ['db.client.connections.timeouts', 'db.client.connection.timeouts', false, POOL],
  ['db.client.connections.create_time', 'db.client.connection.create_time', true, POOL],
  ['db.client.connections.wait_time', 'db.client.connection.wait_time', true, POOL],
  ['db.client.connections.use_time', 'db.client.connection.use_time', true, POOL],
];
const METRICS: ReadonlyMap<string, Renamed> = new Map(
  ROWS.map(([old, name, seconds, attributes, error]) => [old, { name, seconds, attributes, error }]),
);

// Of these, http.target is the template of the route and no path: they ask the framework for it (`_collect_target_attribute`
// of opentelemetry-instrumentation-asgi).
const TARGET_IS_ROUTE = /^opentelemetry\.instrumentation\.(?:asgi|fastapi|starlette)$/;

/**
 * A metric of older semantic conventions as those of today have it: names of metric and attributes, seconds in place of
 * milliseconds, and without what is unbounded. Points that differ in nothing else any more are added up.
 *
 * An exponential histogram in milliseconds has no equal in seconds, since its bounds are powers of one base, and stays.
 *
 * @param scope the name of the instrumentation scope
 * @returns undefined for what is as it is today, or unknown
 */
export function modernized(metric: Metric, scope: string): Metric | undefined {
  const renamed = METRICS.get(metric.name);
  if (renamed === undefined) return undefined;
  const { name, attributes } = renamed;
  const divided = renamed.seconds && metric.unit !== 's';
  if (divided && (metric.kind !== 'histogram' || (metric.unit !== 'ms' && metric.unit !== ''))) return undefined;
  const isOld = metric.points.some((point) => point.attributes.some(([each]) => attributes.has(each)));
  if (name === metric.name && !isOld) return undefined;
  const targetIsRoute = TARGET_IS_ROUTE.test(scope);
  const points = metric.points.map((point) => ({
    ...(divided && 'bounds' in point ? inSeconds(point) : point),
    attributes: renamedAttributes(point.attributes, renamed, targetIsRoute),
  }));
  return withPoints({ ...metric, name, unit: divided ? 's' : metric.unit }, addSameSeries(points));
}

function renamedAttributes(sent: Attributes, { attributes, error }: Renamed, targetIsRoute: boolean): Attributes {
  const named = new Map<string, string>();
  for (const [name, value] of sent) {
    const today = name === 'http.target' && targetIsRoute ? 'http.route' : attributes.get(name);
    if (today !== undefined) named.set(today, value);
  }
  // What is sent by its name of today is what it is.
  for (const [name, value] of sent) if (!attributes.has(name)) named.set(name, value);
  const status = named.get('http.response.status_code');
  // As the conventions of today define it.
  if (status !== undefined && Number(status) >= (error ?? Infinity) && !named.has('error.type')) {
    named.set('error.type', status);
  }
  return [...named].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function inSeconds(point: HistogramPoint): HistogramPoint {
  const exemplars = point.exemplars?.map((exemplar) => ({ ...exemplar, value: exemplar.value / 1000 }));
  return {
    ...point,
    bounds: point.bounds.map((bound) => bound / 1000),
    sum: point.sum === undefined ? undefined : point.sum / 1000,
    ...(exemplars && { exemplars }),
  };
}
