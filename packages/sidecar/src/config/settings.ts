import { hostname } from 'node:os';
import { defaultSocketPath } from '@outrider/core/socket-path';
import type { LogLevel } from '../logger.ts';
import { absolutePath } from './absolute-path.ts';
import { allowedHosts, allowedOrigins } from './allowed.ts';
import { choice, yesOrNo } from './choice.ts';
import { count } from './count.ts';
import { duration } from './duration.ts';
import { forwardBackends } from './forward-backends.ts';
import type { ForwardBackend } from './forward-backends.ts';
import { optional } from './kind.ts';
import { label } from './label.ts';
import { limitSettings } from './limit-settings.ts';
import type { LimitValues } from './limit-settings.ts';
import type { ListenAddress } from './listen-address.ts';
import { listenAddress } from './listen-address-kind.ts';
import type { Secret } from './secret.ts';
import type { Setting } from './setting.ts';
import { socketPath } from './socket-path-kind.ts';
import { token, tokenFile } from './token.ts';
import { watchedServers } from './watched-servers.ts';
import type { WatchedServer } from './watched-server.ts';

/** Every setting by its key in the configuration file, with the type of its value. */
export interface SettingValues extends LimitValues {
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
}

/** How a line of the log is written. */
export type LogFormat = 'text' | 'json';

/** A key of the configuration. */
export type SettingKey = keyof SettingValues;

/** All settings. A new one is a row here or in `limit-settings.ts` and a field of the configuration. */
export const settings: { readonly [Key in SettingKey]: Setting<SettingValues[Key]> } = {
  'otlp.listen': {
    description: 'where OTLP/HTTP is received over TCP',
    fallback: () => '127.0.0.1:4318',
    ...listenAddress,
  },
  'otlp.socket': {
    description: 'the Unix socket where OTLP/HTTP is received, or false',
    env: 'OUTRIDER_SOCKET',
    fallback: () => defaultSocketPath() ?? 'false',
    fallbackText:
      '`/run/outrider/otlp.sock` for root, else `outrider-<uid>/otlp.sock` in the folder for temporary files',
    ...socketPath,
  },
  'otlp.scopeLabels': {
    description: 'whether series get the labels otel_scope_name and otel_scope_version',
    fallback: () => 'false',
    ...yesOrNo,
  },
  'metrics.listen': {
    description: 'where /metrics and the rest is served',
    fallback: () => '127.0.0.1:9464',
    ...listenAddress,
  },
  interval: {
    description: 'the time between two collections',
    fallback: () => '5s',
    ...duration,
  },
  instance: {
    description: 'the label instance of application series',
    fallback: hostname,
    fallbackText: 'the host name',
    ...label,
  },
  forward: {
    description: 'OTLP/HTTP endpoints to forward to, separated by commas, or none',
    env: 'OUTRIDER_FORWARD_ENDPOINT',
    fallback: () => 'none',
    ...forwardBackends,
    secret: true,
  },
  watch: {
    description: 'servers to look at, as URLs separated by commas (redis, postgresql, pgbouncer, memcached), or none',
    fallback: () => 'none',
    ...watchedServers,
    secret: true,
  },
  token: {
    description: 'the bearer token that every request over TCP must carry, or none',
    insteadOfFlag: 'everybody can see a command line; use --token-file, OUTRIDER_TOKEN or the key token of the file',
    fallback: () => 'none',
    ...token,
    secret: true,
  },
  tokenFile: {
    description: 'the file that holds the token, or none',
    fallback: () => 'none',
    ...tokenFile,
  },
  webConfigFile: {
    description: 'the web configuration file (exporter-toolkit) with TLS and basic authentication, or none',
    fallback: () => 'none',
    ...optional(absolutePath),
  },
  allowedHosts: {
    description: 'names by which it may be called besides localhost and its address, separated by commas, or none',
    fallback: () => 'none',
    ...allowedHosts,
  },
  allowedOrigins: {
    description: 'origins of web pages that may read from it, separated by commas, or none',
    fallback: () => 'none',
    ...allowedOrigins,
  },
  'log.format': {
    description: 'how a line of the log is written: text or json',
    fallback: () => 'text',
    ...choice('text', 'json'),
  },
  'log.level': {
    description: 'the least grave lines that are logged: info, warn or error',
    fallback: () => 'info',
    ...choice('info', 'warn', 'error'),
  },
  'log.linesPerMinute': {
    description: 'the most lines logged in a minute; what is left out is counted',
    fallback: () => '300',
    ...count,
  },
  procRoot: {
    description: 'where the procfs of the host is mounted',
    env: 'HOST_PROC',
    fallback: () => '/proc',
    ...absolutePath,
  },
  sysRoot: {
    description: 'where the sysfs of the host is mounted',
    env: 'HOST_SYS',
    fallback: () => '/sys',
    ...absolutePath,
  },
  ...limitSettings,
};

/** The keys of all settings. */
export const settingKeys: readonly SettingKey[] = Object.keys(settings) as SettingKey[];

/** The flag of a setting: `limits.bodyBytes` is `limits-body-bytes` on the command line. */
export function flagOf(key: SettingKey): string {
  return key.replace(/\.|(?=[A-Z])/g, '-').toLowerCase();
}

/** The environment variable of a setting: `limits.bodyBytes` is `OUTRIDER_LIMITS_BODY_BYTES`, unless its row has another. */
export function variableOf(key: SettingKey): string {
  return settings[key].env ?? `OUTRIDER_${flagOf(key).replaceAll('-', '_').toUpperCase()}`;
}
