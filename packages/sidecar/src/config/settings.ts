import { hostname } from 'node:os';
import { isAbsolute } from 'node:path';
import { otlpLimits } from '../receivers/otlp-limits.ts';
import { defaultSocketPath } from '@outrider/core/socket-path';
import type { LogLevel } from '../logger.ts';
import { parseAbsolutePath } from './absolute-path.ts';
import { parseAllowedHosts, parseAllowedOrigins } from './allowed.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { parseForwardBackends } from './forward-backends.ts';
import type { ForwardBackend } from './forward-backends.ts';
import { parseListenAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Secret } from './secret.ts';
import { parseToken, parseTokenFile } from './token.ts';
import { parseWatchedServers } from './watched-servers.ts';
import type { WatchedServer } from './watched-servers.ts';

/** Every setting by its key in the configuration file, with the type of its value. */
export interface SettingValues {
  readonly 'otlp.listen': ListenAddress;
  readonly 'otlp.socket': string | false;
  readonly 'otlp.scopeLabels': boolean;
  readonly 'metrics.listen': ListenAddress;
  readonly interval: number;
  readonly instance: string;
  readonly forward: readonly ForwardBackend[];
  readonly watch: readonly WatchedServer[];
  readonly token: Secret | undefined;
  readonly tokenFile: Secret | undefined;
  readonly webConfigFile: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly 'log.format': LogFormat;
  readonly 'log.level': LogLevel;
  readonly 'log.linesPerMinute': number;
  readonly procRoot: string;
  readonly sysRoot: string;
  readonly 'limits.bodyBytes': number;
  readonly 'limits.decodedBytes': number;
  readonly 'limits.inFlightBytes': number;
  readonly 'limits.valuesPerRequest': number;
  readonly 'limits.depth': number;
  readonly 'limits.resourcesPerRequest': number;
  readonly 'limits.pointsPerRequest': number;
  readonly 'limits.attributesPerPoint': number;
  readonly 'limits.bucketsPerPoint': number;
  readonly 'limits.nameLength': number;
  readonly 'limits.labelLength': number;
  readonly 'limits.series': number;
  readonly 'limits.streamClients': number;
  readonly 'limits.connections': number;
  readonly 'limits.headerBytes': number;
  readonly 'limits.headerTime': number;
  readonly 'limits.requestTime': number;
  readonly 'limits.serverReplyBytes': number;
}

/** How a line of the log is written. */
export type LogFormat = 'text' | 'json';

/** A key of the configuration. */
export type SettingKey = keyof SettingValues;

/** One setting: where it can be given and how its value is read. */
export interface Setting<Value = unknown> {
  readonly description: string;
  /** Environment variable, if there is one. */
  readonly env?: string;
  /** What applies when nobody says anything, as one would write it. */
  readonly fallback: () => string;
  /** Reads what a file, a variable or a flag says; throws an Error that says what is wrong. */
  readonly parse: (given: unknown) => Value;
  /** Whether the value may hold secrets: then no message shows it, and what `parse` throws says all there is to say. */
  readonly secret?: boolean;
}

/** All settings. A new one is a row here and a field of the configuration. */
export const settings: { readonly [Key in SettingKey]: Setting<SettingValues[Key]> } = {
  'otlp.listen': {
    description: 'where OTLP/HTTP is received over TCP',
    env: 'OUTRIDER_OTLP_LISTEN',
    fallback: () => '127.0.0.1:4318',
    parse: (given) => parseListenAddress(text(given)),
  },
  'otlp.socket': {
    description: 'the Unix socket where OTLP/HTTP is received, or false',
    env: 'OUTRIDER_SOCKET',
    fallback: () => defaultSocketPath() ?? 'false',
    parse: socketPath,
  },
  'otlp.scopeLabels': {
    description: 'whether series get the labels otel_scope_name and otel_scope_version',
    fallback: () => 'false',
    parse: yesOrNo,
  },
  'metrics.listen': {
    description: 'where /metrics and the rest is served',
    env: 'OUTRIDER_METRICS_LISTEN',
    fallback: () => '127.0.0.1:9464',
    parse: (given) => parseListenAddress(text(given)),
  },
  interval: {
    description: 'the time between two collections',
    fallback: () => '5s',
    parse: parseDuration,
  },
  instance: {
    description: 'the label instance of application series',
    env: 'OUTRIDER_INSTANCE',
    fallback: hostname,
    parse: label,
  },
  forward: {
    description: 'OTLP/HTTP endpoints to forward to, separated by commas, or none',
    env: 'OUTRIDER_FORWARD_ENDPOINT',
    fallback: () => 'none',
    parse: parseForwardBackends,
    secret: true,
  },
  watch: {
    description: 'servers to look at, as URLs separated by commas (redis, postgresql, pgbouncer, memcached), or none',
    env: 'OUTRIDER_WATCH',
    fallback: () => 'none',
    parse: parseWatchedServers,
    secret: true,
  },
  token: {
    description: 'the bearer token that every request over TCP must carry, or none',
    env: 'OUTRIDER_TOKEN',
    fallback: () => 'none',
    parse: parseToken,
    secret: true,
  },
  tokenFile: {
    description: 'the file that holds the token, or none',
    env: 'OUTRIDER_TOKEN_FILE',
    fallback: () => 'none',
    parse: parseTokenFile,
  },
  webConfigFile: {
    description: 'the web configuration file (exporter-toolkit) with TLS and basic authentication, or none',
    env: 'OUTRIDER_WEB_CONFIG_FILE',
    fallback: () => 'none',
    parse: (given) => (given === 'none' ? undefined : parseAbsolutePath(given)),
  },
  allowedHosts: {
    description: 'names by which it may be called besides localhost and its address, separated by commas, or none',
    env: 'OUTRIDER_ALLOWED_HOSTS',
    fallback: () => 'none',
    parse: parseAllowedHosts,
  },
  allowedOrigins: {
    description: 'origins of web pages that may read from it, separated by commas, or none',
    env: 'OUTRIDER_ALLOWED_ORIGINS',
    fallback: () => 'none',
    parse: parseAllowedOrigins,
  },
  'log.format': {
    description: 'how a line of the log is written: text or json',
    env: 'OUTRIDER_LOG_FORMAT',
    fallback: () => 'text',
    parse: (given) => oneOf(given, ['text', 'json']),
  },
  'log.level': {
    description: 'the least grave lines that are logged: info, warn or error',
    env: 'OUTRIDER_LOG_LEVEL',
    fallback: () => 'info',
    parse: (given) => oneOf(given, ['info', 'warn', 'error']),
  },
  'log.linesPerMinute': {
    description: 'the most lines logged in a minute; what is left out is counted',
    fallback: () => '300',
    parse: parseCount,
  },
  procRoot: {
    description: 'where the procfs of the host is mounted',
    env: 'HOST_PROC',
    fallback: () => '/proc',
    parse: parseAbsolutePath,
  },
  sysRoot: {
    description: 'where the sysfs of the host is mounted',
    env: 'HOST_SYS',
    fallback: () => '/sys',
    parse: parseAbsolutePath,
  },
  'limits.bodyBytes': {
    description: 'the largest OTLP request on the wire, in bytes',
    fallback: () => String(otlpLimits.wireBytes),
    parse: parseCount,
  },
  'limits.decodedBytes': {
    description: 'the largest OTLP request after decompression, in bytes',
    fallback: () => String(otlpLimits.decodedBytes),
    parse: parseCount,
  },
  'limits.inFlightBytes': {
    description: 'the bytes of all OTLP requests in flight together',
    fallback: () => String(otlpLimits.inFlightBytes),
    parse: parseCount,
  },
  'limits.valuesPerRequest': {
    description: 'the most values (JSON) or fields (protobuf) in one OTLP request',
    fallback: () => String(otlpLimits.values),
    parse: parseCount,
  },
  'limits.depth': {
    description: 'how deep values of attributes may nest in an OTLP request',
    fallback: () => String(otlpLimits.anyValueDepth),
    parse: parseCount,
  },
  'limits.resourcesPerRequest': {
    description: 'the most resources in one OTLP request',
    fallback: () => String(otlpLimits.resources),
    parse: parseCount,
  },
  'limits.attributesPerPoint': {
    description: 'the most attributes of a data point',
    fallback: () => String(otlpLimits.attributesPerPoint),
    parse: parseCount,
  },
  'limits.bucketsPerPoint': {
    description: 'the most buckets of a histogram',
    fallback: () => String(otlpLimits.bucketsPerPoint),
    parse: parseCount,
  },
  'limits.nameLength': {
    description: 'the longest name of a metric or attribute, in characters',
    fallback: () => String(otlpLimits.nameLength),
    parse: parseCount,
  },
  'limits.labelLength': {
    description: 'the longest value of an attribute, in characters; longer ones are cut',
    fallback: () => String(otlpLimits.valueLength),
    parse: parseCount,
  },
  'limits.streamClients': {
    description: 'the most clients of the event stream',
    fallback: () => '100',
    parse: parseCount,
  },
  'limits.connections': {
    description: 'the most connections to each listener',
    fallback: () => '1000',
    parse: parseCount,
  },
  'limits.headerBytes': {
    description: 'the largest head of a request, in bytes',
    fallback: () => '16384',
    parse: parseCount,
  },
  'limits.headerTime': {
    description: 'the time in which the head of a request must be there',
    fallback: () => '5s',
    parse: parseDuration,
  },
  'limits.requestTime': {
    description: 'the time in which a whole request must be there',
    fallback: () => '10s',
    parse: parseDuration,
  },
  'limits.serverReplyBytes': {
    description: 'the most bytes that a watched server may answer to one look',
    fallback: () => String(4 * 2 ** 20),
    parse: parseCount,
  },
  'limits.pointsPerRequest': {
    description: 'the most data points taken from one OTLP request',
    fallback: () => String(otlpLimits.points),
    parse: parseCount,
  },
  'limits.series': {
    description: 'the most series held for all applications together',
    fallback: () => '10000',
    parse: parseCount,
  },
};

/** The keys of all settings. */
export const settingKeys: readonly SettingKey[] = Object.keys(settings) as SettingKey[];

/** The flag of a setting: `limits.bodyBytes` is `limits-body-bytes` on the command line. */
export function flagOf(key: SettingKey): string {
  return key.replace(/\.|(?=[A-Z])/g, '-').toLowerCase();
}

function text(given: unknown): string {
  if (typeof given !== 'string') throw new Error('must be text');
  return given;
}

function yesOrNo(given: unknown): boolean {
  if (given === true || given === 'true') return true;
  if (given === false || given === 'false') return false;
  throw new Error('must be true or false');
}

function oneOf<Word extends string>(given: unknown, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
  return word;
}

function label(given: unknown): string {
  const name = text(given);
  if (name === '' || name.length > 128) throw new Error('must have 1 to 128 characters');
  return name;
}

// The kernel keeps the path of a socket in a field of 108 bytes (104 on macOS), the last one a zero.
const LONGEST_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107;

function socketPath(given: unknown): string | false {
  if (given === false || given === 'false') return false;
  if (typeof given !== 'string' || !isAbsolute(given)) throw new Error('must be an absolute path or false');
  const bytes = Buffer.byteLength(given);
  if (bytes > LONGEST_SOCKET_PATH) {
    throw new Error(`has ${bytes} bytes: the path of a socket can have ${LONGEST_SOCKET_PATH}`);
  }
  return given;
}
