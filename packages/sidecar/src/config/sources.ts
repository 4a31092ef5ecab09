import { OutriderError } from '@outrider/core/errors';
import { readConfigDocument } from './config-file.ts';
import type { ReadContext } from './kind.ts';
import { misspelt } from './nearest.ts';
import { flagOf, settingKeys, settings, variableOf } from './settings.ts';
import type { SettingKey, SettingValues } from './settings.ts';
import { aboutValue } from './about-value.ts';
import { unknownKey } from './unknown-key.ts';

/** Where settings come from; of two that say something, the later one here applies. */
export interface ConfigSources {
  /** Path of a YAML file. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Whether variables are taken that are no setting and named by no secret. A process that reads its configuration again
   * needs that: the file may name one no more, and no operator can take it away.
   */
  readonly allowUnknownVariables?: boolean;
  /** Flags without their dashes: `{ 'otlp-listen': '127.0.0.1:4318' }`. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** A value that was given for a setting. */
export interface Given {
  readonly key: SettingKey;
  readonly value: unknown;
  /** As the person who wrote it knows it: `otlp.listen`, `OUTRIDER_OTLP_LISTEN`, `--otlp-listen`. */
  readonly writtenAs: string;
  readonly source: string;
}

/** The values of all settings, and what was given for those that are not the default. */
export interface ReadSettings {
  readonly of: <Key extends SettingKey>(key: Key) => SettingValues[Key];
  readonly given: ReadonlyMap<SettingKey, Given>;
}

const FLAGS = 'from the command line';
const VARIABLES = 'from the environment';

/**
 * Reads all settings: defaults, then the file, then the environment, then the flags. A value that another one overrules
 * must be right, too.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG or OUTRIDER_CONFIG_FILE
 */
export function readSettings(sources: ConfigSources, onMask?: () => void): ReadSettings {
  const { file, env = {}, flags = {}, allowUnknownVariables = false } = sources;
  const asked = new Set<string>();
  const variable = (name: string): string | undefined => {
    asked.add(name);
    return env[name];
  };
  const context: ReadContext = { variable, ...(onMask === undefined ? {} : { onMask }) };
  const values = new Map<SettingKey, unknown>();
  const given = new Map<SettingKey, Given>();
  for (const key of settingKeys) {
    values.set(key, read({ key, value: settings[key].fallback(), writtenAs: key, source: 'by default' }, context));
  }
  for (const one of [...fromFile(file), ...fromEnvironment(env), ...fromFlags(flags)]) {
    values.set(one.key, read(one, context));
    // Anew, so that they are in the order of their sources.
    given.delete(one.key);
    given.set(one.key, one);
  }
  if (!allowUnknownVariables) refuseUnknownVariables(env, asked);
  return { of: (key) => values.get(key) as SettingValues[typeof key], given };
}

/** An error of the configuration. */
export function invalid(key: string, source: string, problem: string): OutriderError {
  return new OutriderError('OUTRIDER_CONFIG', { source, key, problem });
}

function read({ key, value, writtenAs, source }: Given, context: ReadContext): unknown {
  try {
    return settings[key].parse(value, context);
  } catch (error) {
    const { message } = error as Error;
    // Without a cause: what is below may quote what was given.
    throw invalid(writtenAs, source, settings[key].secret === true ? message : aboutValue(value, message));
  }
}

function fromFile(path: string | undefined): Given[] {
  if (path === undefined) return [];
  const { content, lineOf } = readConfigDocument(path);
  const given: Given[] = [];
  const walk = (mapping: ReadonlyMap<unknown, unknown>, above: readonly string[]): void => {
    for (const [name, value] of mapping) {
      const key = [...above, String(name)].join('.');
      if (isSettingKey(key) && !String(name).includes('.')) given.push({ key, value, writtenAs: key, source: path });
      else if (!isSection(key)) throw unknownIn(path, above, name, lineOf([...above, name]));
      else if (value instanceof Map) walk(value, [...above, String(name)]);
      // A section whose keys are all commented out is null.
      else if (value !== null) throw invalid(key, path, aboutValue(value, 'must be a mapping of keys to values'));
    }
  };
  walk(content, []);
  return given;
}

function unknownIn(path: string, above: readonly string[], name: unknown, line: number | undefined): OutriderError {
  const prefix = above.map((key) => `${key}.`).join('');
  const there = settingKeys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  const names = [...new Set(there.map((key) => key.split('.')[0] ?? key))];
  // Of two keys that end in the same word, the first is meant: entries of a Map overwrite those before.
  const elsewhere = settingKeys.toReversed().flatMap((key) => {
    const [section = key, last = section] = key.split('.');
    const meant = last === section ? key : `${last} under ${section}`;
    return [key, section + last, last].map((spelling): [string, string] => [spelling, meant]);
  });
  const { shown, advice } = unknownKey(name, names, { prefix, elsewhere: new Map(elsewhere) });
  if (shown !== undefined) return invalid(`${prefix}${shown}`, path, advice);
  return invalid(line === undefined ? 'a key' : `the key in line ${line}`, path, advice);
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Given[] {
  return settingKeys.flatMap((key) => {
    const variable = variableOf(key);
    const value = env[variable];
    // As everywhere in OpenTelemetry, an empty variable is one that is not set.
    return value === undefined || value === '' ? [] : [{ key, value, writtenAs: variable, source: VARIABLES }];
  });
}

// What Kubernetes and Docker set for a service that is called outrider. `OUTRIDER_METRICS_PORT=9464` is none of theirs.
const OF_A_SERVICE =
  /^\w+_(?:SERVICE_HOST=|SERVICE_PORT(?:_\w+)?=|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?=|PORT=(?:tcp|udp|sctp):)/;
const PREFIX = 'OUTRIDER_';

/** A misspelt variable would be a setting that silently does not apply. */
function refuseUnknownVariables(env: NonNullable<ConfigSources['env']>, asked: ReadonlySet<string>): void {
  const known = settingKeys.map(variableOf);
  for (const [name, value = ''] of Object.entries(env)) {
    if (value === '' || !name.startsWith(PREFIX) || known.includes(name) || asked.has(name)) continue;
    if (!OF_A_SERVICE.test(`${name}=${value}`))
      throw invalid(name, VARIABLES, `is not known; ${adviceOn(name, known)}`);
  }
}

function adviceOn(name: string, known: readonly string[]): string {
  // What all have in common would make any of them look near.
  const ours = known.filter((one) => one.startsWith(PREFIX)).map((one) => one.slice(PREFIX.length));
  const given = name.slice(PREFIX.length);
  const meant = misspelt(given, ours) ?? ours.find((one) => given !== '' && one.startsWith(given));
  return meant === undefined ? 'there is none that resembles it' : `the nearest variable is ${PREFIX}${meant}`;
}

function fromFlags(flags: Readonly<Record<string, string>>): Given[] {
  return Object.entries(flags).map(([flag, value]) => {
    const key = settingKeys.find((candidate) => flagOf(candidate) === flag);
    if (key === undefined) throw invalid(`--${flag}`, FLAGS, 'is not known');
    const instead = settings[key].insteadOfFlag;
    if (instead !== undefined) throw invalid(`--${flag}`, FLAGS, `is not taken: ${instead}`);
    return { key, value, writtenAs: `--${flag}`, source: FLAGS };
  });
}

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settings, key);
}

function isSection(key: string): boolean {
  return settingKeys.some((candidate) => candidate.startsWith(`${key}.`));
}
