import { hostname } from 'node:os';
import { isAbsolute } from 'node:path';
import { otlpLimits } from '../receivers/otlp-limits.ts';
import { defaultSocketPath } from '@outrider/core/socket-path';
import { parseAbsolutePath } from './absolute-path.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { parseForwardBackends } from './forward-backends.ts';
import type { ForwardBackend } from './forward-backends.ts';
import { parseListenAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/** Every setting by its key in the configuration file, with the type of its value. */
export interface SettingValues {
  readonly 'otlp.listen': ListenAddress;
  readonly 'otlp.socket': string | false;
  readonly 'otlp.scopeLabels': boolean;
  readonly 'metrics.listen': ListenAddress;
  readonly interval: number;
  readonly instance: string;
  readonly forward: readonly ForwardBackend[];
  readonly procRoot: string;
  readonly sysRoot: string;
  readonly 'limits.bodyBytes': number;
  readonly 'limits.decodedBytes': number;
  readonly 'limits.pointsPerRequest': number;
  readonly 'limits.series': number;
}

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
