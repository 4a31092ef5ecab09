import { OutriderError } from '@outrider/core/errors';
import { readConfigFile } from './config/config-file.ts';
import type { Access } from './config/access.ts';
import type { ForwardBackend } from './config/forward-backends.ts';
import { formatAddress } from './config/listen-address.ts';
import type { ListenAddress } from './config/listen-address.ts';
import { nearest } from './config/nearest.ts';
import { flagOf, settingKeys, settings } from './config/settings.ts';
import type { LogFormat, SettingKey, SettingValues } from './config/settings.ts';
import { showValue } from './config/show-value.ts';
import type { WatchedServer } from './config/watched-servers.ts';
import type { LogLevel } from './logger.ts';

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

/** Where settings come from; of two that say something, the later one here applies. */
export interface ConfigSources {
  /** Path of a YAML file. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags without their dashes: `{ 'otlp-listen': '127.0.0.1:4318' }`. */
  readonly flags?: Readonly<Record<string, string>>;
}

interface Given {
  readonly key: SettingKey;
  readonly value: unknown;
  /** As the person who wrote it knows it: `otlp.listen`, `OUTRIDER_OTLP_LISTEN`, `--otlp-listen`. */
  readonly writtenAs: string;
  readonly source: string;
}

/**
 * Puts the configuration together: defaults, then the file, then the environment, then the flags.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG for an unknown key or a value that cannot be, OUTRIDER_CONFIG_FILE for a file
 * that cannot be read
 * @example loadConfig({ file: 'outrider.yaml', env: process.env })
 */
export function loadConfig(sources: ConfigSources = {}): SidecarConfig {
  const values = new Map<SettingKey, unknown>();
  for (const key of settingKeys) {
    read(values, { key, value: settings[key].fallback(), writtenAs: key, source: 'by default' });
  }
  for (const given of fromFile(sources.file)) read(values, given);
  for (const given of fromEnvironment(sources.env ?? {})) read(values, given);
  for (const given of fromFlags(sources.flags ?? {})) read(values, given);
  refuseLoop(values.get('forward') as SettingValues['forward'], values.get('otlp.listen') as ListenAddress);
  const of = <Key extends SettingKey>(key: Key) => values.get(key) as SettingValues[Key];
  return {
    otlp: { listen: of('otlp.listen'), socket: of('otlp.socket'), scopeLabels: of('otlp.scopeLabels') },
    metrics: { listen: of('metrics.listen') },
    intervalMs: of('interval'),
    instance: of('instance'),
    forward: of('forward'),
    watch: of('watch'),
    access: {
      token: of('token') ?? of('tokenFile'),
      webConfigFile: of('webConfigFile'),
      allowedHosts: of('allowedHosts'),
      allowedOrigins: of('allowedOrigins'),
    },
    log: { format: of('log.format'), level: of('log.level'), linesPerMinute: of('log.linesPerMinute') },
    procRoot: of('procRoot'),
    sysRoot: of('sysRoot'),
    limits: Object.fromEntries(
      settingKeys.filter((key) => key.startsWith('limits.')).map((key) => [key.slice('limits.'.length), of(key)]),
    ) as unknown as SidecarLimits,
  };
}

function read(values: Map<SettingKey, unknown>, { key, value, writtenAs, source }: Given): void {
  const { parse, secret = false } = settings[key];
  try {
    values.set(key, parse(value));
  } catch (cause) {
    const { message } = cause as Error;
    const problem = secret ? message : `is ${showValue(value)}, which ${message}`;
    throw new OutriderError('OUTRIDER_CONFIG', { source, key: writtenAs, problem }, { cause });
  }
}

/** What a sidecar forwards to itself it would forward again, for ever. */
function refuseLoop(backends: readonly ForwardBackend[], { host, port }: ListenAddress): void {
  const own = formatAddress({ host, port });
  // Whoever connects to 0.0.0.0 gets to this machine.
  const meant = (url: string): string => new URL(url).host.replace(/^(?:localhost|0\.0\.0\.0)(?=:)/, '127.0.0.1');
  const loop = backends.find(({ url }) => port !== 0 && meant(url) === own);
  if (loop === undefined) return;
  throw invalid('forward', 'as a whole', `names ${own}, where this sidecar itself listens (otlp.listen)`);
}

function fromFile(path: string | undefined): Given[] {
  if (path === undefined) return [];
  const given: Given[] = [];
  const walk = (mapping: ReadonlyMap<unknown, unknown>, prefix: string) => {
    for (const [name, value] of mapping) {
      const key = `${prefix}${String(name)}`;
      if (isSettingKey(key)) given.push({ key, value, writtenAs: key, source: path });
      else if (!isSection(key)) throw unknown(key, path);
      else if (value instanceof Map) walk(value, `${key}.`);
      // A section whose keys are all commented out is null.
      else if (value !== null)
        throw invalid(key, path, `is ${showValue(value)}, which must be a mapping of keys to values`);
    }
  };
  walk(readConfigFile(path), '');
  return given;
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Given[] {
  return settingKeys.flatMap((key) => {
    const variable = settings[key].env;
    const value = variable === undefined ? undefined : env[variable];
    // As everywhere in OpenTelemetry, an empty variable is one that is not set.
    if (variable === undefined || value === undefined || value === '') return [];
    return [{ key, value, writtenAs: variable, source: 'from the environment' }];
  });
}

function fromFlags(flags: Readonly<Record<string, string>>): Given[] {
  return Object.entries(flags).map(([flag, value]) => {
    const key = settingKeys.find((candidate) => flagOf(candidate) === flag);
    const source = 'from the command line';
    if (key === undefined) throw invalid(`--${flag}`, source, 'is not known');
    return { key, value, writtenAs: `--${flag}`, source };
  });
}

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settings, key);
}

function isSection(key: string): boolean {
  return settingKeys.some((candidate) => candidate.startsWith(`${key}.`));
}

function unknown(key: string, source: string): OutriderError {
  return invalid(key, source, `is not known; the nearest key is ${nearest(key, settingKeys) ?? 'none'}`);
}

function invalid(key: string, source: string, problem: string): OutriderError {
  return new OutriderError('OUTRIDER_CONFIG', { source, key, problem });
}
