import { isIPv4 } from 'node:net';
import { readAccess } from './config/access.ts';
import type { Access } from './config/access.ts';
import type { ForwardBackend } from './config/forward-backends.ts';
import { formatAddress, isLoopback } from './config/listen-address.ts';
import type { ListenAddress } from './config/listen-address.ts';
import { refuseOpenAddress } from './config/public-address.ts';
import { settingKeys } from './config/settings.ts';
import type { LogFormat, SettingKey } from './config/settings.ts';
import { invalid, readSettings } from './config/sources.ts';
import type { ConfigSources, ReadSettings } from './config/sources.ts';
import type { WatchedServer } from './config/watched-server.ts';
import type { LogLevel } from './logger.ts';

export type { ConfigSources } from './config/sources.ts';

/** What the sidecar is told. */
export interface SidecarConfig {
  readonly otlp: {
    readonly listen: ListenAddress;
    /** Path of the Unix socket; false for none. */
    readonly socket: string | false;
    /** Whether points get name and version of their instrumentation scope as attributes. */
    readonly scopeLabels: boolean;
  };
  readonly metrics: { readonly listen: ListenAddress };
  /** Milliseconds between two collections. */
  readonly intervalMs: number;
  /** The label `instance` of application series. */
  readonly instance: string;
  /** Where data points are forwarded to; headers hold secrets. */
  readonly forward: readonly ForwardBackend[];
  /** The servers to look at; some hold secrets. */
  readonly watch: readonly WatchedServer[];
  readonly access: Access;
  readonly log: { readonly format: LogFormat; readonly level: LogLevel; readonly linesPerMinute: number };
  readonly procRoot: string;
  readonly sysRoot: string;
  readonly limits: SidecarLimits;
}

/** What the sidecar takes in at most: a number for each key under `limits`; times are in milliseconds. */
export type SidecarLimits = {
  readonly [Key in SettingKey as Key extends `limits.${infer Name}` ? Name : never]: number;
};

/**
 * Puts the configuration together: defaults, then the file, then the environment, then the flags.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG for an unknown key or a value that cannot be, OUTRIDER_CONFIG_FILE for a file
 * that cannot be read
 * @example loadConfig({ file: 'outrider.yaml', env: process.env })
 */
export function loadConfig(sources: ConfigSources = {}): SidecarConfig {
  return configOf(readSettings(sources));
}

/** Makes the configuration of settings, and sees that they go together. @throws {OutriderError} as {@link loadConfig} */
export function configOf({ of, given }: ReadSettings): SidecarConfig {
  refuseLoop(of('forward'), of('otlp.listen'));
  refuseOneAddress(of('otlp.listen'), of('metrics.listen'));
  refuseTwoTokens(of, given);
  const config: SidecarConfig = {
    otlp: { listen: of('otlp.listen'), socket: of('otlp.socket'), scopeLabels: of('otlp.scopeLabels') },
    metrics: { listen: of('metrics.listen') },
    intervalMs: of('interval'),
    instance: of('instance'),
    forward: of('forward'),
    watch: of('watch'),
    access: readAccess({
      token: of('token') ?? of('tokenFile'),
      webConfigFile: of('webConfigFile'),
      allowedHosts: of('allowedHosts'),
      allowedOrigins: of('allowedOrigins'),
    }),
    log: { format: of('log.format'), level: of('log.level'), linesPerMinute: of('log.linesPerMinute') },
    procRoot: of('procRoot'),
    sysRoot: of('sysRoot'),
    limits: Object.fromEntries(
      settingKeys.filter((key) => key.startsWith('limits.')).map((key) => [key.slice('limits.'.length), of(key)]),
    ) as unknown as SidecarLimits,
  };
  refuseOpenAddress(config);
  return config;
}

/** Of two tokens, one would silently not be asked for. */
function refuseTwoTokens(of: ReadSettings['of'], given: ReadSettings['given']): void {
  if (of('token') === undefined || of('tokenFile') === undefined) return;
  const where = (key: SettingKey): string => `${given.get(key)?.writtenAs ?? key} (${given.get(key)?.source ?? ''})`;
  throw invalid('token', 'as a whole', `is given twice: ${where('token')} and ${where('tokenFile')}; leave one out`);
}

/** What a sidecar forwards to itself it would forward again, for ever. */
function refuseLoop(backends: readonly ForwardBackend[], own: ListenAddress): void {
  const loops = ({ url }: ForwardBackend): boolean => {
    const { hostname, port, protocol } = new URL(url);
    const target = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
    return target === own.port && isReachedAs(hostname.replace(/^\[|\]$|\.$/g, ''), own.host);
  };
  if (own.port === 0 || !backends.some(loops)) return;
  throw invalid(
    'forward',
    'as a whole',
    `names ${formatAddress(own)}, where this sidecar itself listens (otlp.listen)`,
  );
}

/** Whether a name in a URL is certain to be an address that is listened on. What other names lead here cannot be known. */
function isReachedAs(name: string, host: string): boolean {
  // Whoever connects to 0.0.0.0 gets to this machine; a resolver may take localhost for either loopback address.
  const meant = { localhost: ['127.0.0.1', '::1'], '0.0.0.0': ['127.0.0.1'], '::': ['127.0.0.1', '::1'] }[name] ?? [
    name,
  ];
  if (host === '::') return meant.some((one) => isLoopback({ host: one, port: 0 }));
  if (host === '0.0.0.0') return meant.some((one) => isIPv4(one) && isLoopback({ host: one, port: 0 }));
  return meant.includes(host);
}

/** Two listeners cannot have one address. */
function refuseOneAddress(otlp: ListenAddress, metrics: ListenAddress): void {
  if (otlp.port === 0 || otlp.port !== metrics.port || otlp.host !== metrics.host) return;
  throw invalid('metrics.listen', 'as a whole', `is ${formatAddress(metrics)}, and so is otlp.listen`);
}
