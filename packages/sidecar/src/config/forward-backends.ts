import { resolve } from 'node:path';
import { absolutePath } from './absolute-path.ts';
import { choice } from './choice.ts';
import { clientTls } from './client-tls.ts';
import type { ClientTls } from './client-tls.ts';
import { count } from './count.ts';
import { duration } from './duration.ts';
import { entriesOf, repeated } from './entries.ts';
import { FieldError } from './field-error.ts';
import { forwardEndpoint, shownEndpoint } from './forward-endpoint.ts';
import type { BasicCredentials, ForwardEndpoint } from './forward-endpoint.ts';
import { forwardHeaders } from './forward-headers.ts';
import type { ForwardHeaders } from './forward-headers.ts';
import type { JsonSchema, Kind, ReadContext } from './kind.ts';
import { record } from './record.ts';
import type { RecordValue } from './record.ts';
import { secret } from './secret-kind.ts';

/** A backend that data points are forwarded to over OTLP/HTTP. */
export interface ForwardBackend {
  /** What metrics and the log call it. */
  readonly name: string;
  /** Where requests go, `/v1/metrics` and all, without credentials. */
  readonly url: string;
  /** Shown to the backend in each request. */
  readonly credentials?: BasicCredentials;
  /** Headers of every request, in lower case. */
  readonly headers: ForwardHeaders;
  /** How a connection to https:// is encrypted, where that was said. */
  readonly tls?: ClientTls;
  /** Whether requests are compressed. */
  readonly gzip: boolean;
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
  /** The most memory that what waits for it takes, in bytes. */
  readonly queueBytes: number;
  /** Where what does not fit into memory waits: a folder, and the most it takes of the disk, in bytes. */
  readonly spool?: { readonly folder: string; readonly bytes: number };
}

const QUEUE_BYTES = 16 * 2 ** 20;
const SPOOL_BYTES = 256 * 2 ** 20;

const ENDPOINT: JsonSchema = { type: 'string', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s]' };
// In a text of its own there may be several, with spaces about them.
const ENDPOINTS: JsonSchema = { type: 'string', pattern: '^\\s*[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s]' };

const endpoint: Kind<ForwardEndpoint> = {
  parse: forwardEndpoint,
  write: ({ url }) => shownEndpoint(url),
  schema: ENDPOINT,
};

// As long as the name of a host with its port can be, which is the default.
const backendName: Kind<string> = {
  parse: (given) => {
    if (typeof given !== 'string' || !/^[\w.:[\]-]{1,261}$/.test(given)) {
      throw new Error('must have 1 to 261 letters, digits, dots, colons, brackets, hyphens or underscores');
    }
    return given;
  },
  write: (name) => name,
  schema: { type: 'string', pattern: String.raw`^[A-Za-z0-9_.:\[\]-]{1,261}$` },
};

const spool = record(
  'a mapping with folder and bytes',
  { folder: { description: 'absolute path of a folder that belongs to this backend alone', kind: absolutePath } },
  { bytes: { description: 'the most it takes of the disk, in bytes', kind: count, fallback: '256 MiB' } },
);

const required = {
  endpoint: { description: 'http:// or https://, as OTEL_EXPORTER_OTLP_ENDPOINT has it', kind: endpoint, secret: true },
};
const optionalKeys = {
  name: { description: 'what metrics and the log call it', kind: backendName, fallback: 'host and port' },
  user: { description: 'name for basic authentication', kind: secret, secret: true },
  password: { description: 'password for basic authentication', kind: secret, secret: true },
  headers: { description: 'headers of every request', kind: forwardHeaders, fallback: 'none', secret: true },
  tls: { description: 'how the connection to https:// is encrypted', kind: clientTls, secret: true },
  compression: { description: 'of requests from 1 KiB on', kind: choice('gzip', 'none'), fallback: 'gzip' },
  timeout: { description: 'the time one request with its answer may take', kind: duration, fallback: '10s' },
  queueBytes: { description: 'memory for what waits, in bytes', kind: count, fallback: '16 MiB' },
  spool: { description: 'where what does not fit into memory waits', kind: spool, fallback: 'none', secret: true },
};
const backendRecord = record('an endpoint or a mapping', required, optionalKeys);

const backend: Kind<ForwardBackend> = {
  parse: (given, context) => parseBackend(typeof given === 'string' ? new Map([['endpoint', given]]) : given, context),
  write: (value) => backendRecord.write(asWritten(value)),
  schema: backendRecord.schema,
};

/** Backends: endpoints separated by commas, `none`, a mapping, or a list of mappings and endpoints. */
export const forwardBackends: Kind<readonly ForwardBackend[]> = entriesOf(backend, ENDPOINT, ENDPOINTS, refuseRepeated);

function parseBackend(given: unknown, context?: ReadContext): ForwardBackend {
  const fields = backendRecord.parse(given, context);
  const { url, name } = fields.endpoint;
  const credentials = credentialsOf(fields);
  if (credentials !== undefined && fields.headers !== undefined && 'authorization' in fields.headers) {
    throw new FieldError('headers', 'has authorization, and there are user and password too: leave one out');
  }
  if (fields.tls !== undefined && !url.startsWith('https:')) {
    throw new FieldError('tls', 'needs an endpoint that begins with https://');
  }
  return {
    name: fields.name ?? name,
    url,
    ...(credentials === undefined ? {} : { credentials }),
    headers: fields.headers ?? {},
    ...(fields.tls === undefined ? {} : { tls: fields.tls }),
    gzip: fields.compression !== 'none',
    timeoutMs: fields.timeout ?? 10_000,
    queueBytes: fields.queueBytes ?? QUEUE_BYTES,
    ...(fields.spool === undefined
      ? {}
      : // In one spelling, so that /x and /x/ are seen to be one folder.
        { spool: { folder: resolve(fields.spool.folder), bytes: fields.spool.bytes ?? SPOOL_BYTES } }),
  };
}

function credentialsOf({ endpoint: { credentials }, user, password }: Fields): BasicCredentials | undefined {
  if (user === undefined && password === undefined) return credentials;
  if (credentials !== undefined)
    throw new FieldError('endpoint', 'has credentials, and there are user or password too');
  if (user === undefined) throw new FieldError('password', 'needs user beside it');
  return { user, ...(password === undefined ? {} : { password }) };
}

type Fields = RecordValue<typeof required, typeof optionalKeys>;

function asWritten({ url, credentials, timeoutMs, gzip, ...rest }: ForwardBackend): Fields {
  return {
    ...rest,
    ...credentials,
    endpoint: { url, name: rest.name, credentials: undefined },
    compression: gzip ? 'gzip' : 'none',
    timeout: timeoutMs,
  };
}

function refuseRepeated(backends: readonly ForwardBackend[]): void {
  const again = repeated(backends.map(({ name }) => name));
  if (again !== undefined) {
    throw new Error(`has two entries with the name ${JSON.stringify(again)}: give each a name of its own`);
  }
  const folder = repeated(backends.flatMap((one) => one.spool?.folder ?? []));
  if (folder !== undefined) {
    throw new Error(`has two entries with the spool folder ${JSON.stringify(folder)}: give each a folder of its own`);
  }
}
