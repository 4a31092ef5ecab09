import { X509Certificate, createPrivateKey } from 'node:crypto';
import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { configOf } from '../config.ts';
import { assertOwnFolder } from '../forward/own-folder.ts';
import type { ClientTls } from './client-tls.ts';
import { readPemFile } from './pem-file.ts';
import { writeSetting } from './print-config.ts';
import type { SettingKey } from './settings.ts';
import { invalid, readSettings } from './sources.ts';
import type { ConfigSources } from './sources.ts';

/** What a check found out about a configuration that is valid. */
export interface CheckReport {
  /** What is not the default: as it was written, such as `OUTRIDER_INSTANCE`, and where. */
  readonly given: ReadonlyArray<{ readonly writtenAs: string; readonly source: string }>;
  /** How many secrets are masked as `printConfig` masks them; with one, a sidecar would not start. */
  readonly masked: number;
}

/**
 * Looks at a configuration as a sidecar would at its start, and at what it would only find out later: certificates of
 * connections to others, folders of spools. Changes nothing and connects to nobody.
 *
 * @throws {OutriderError} as `loadConfig` does
 * @example checkConfig({ file: 'outrider.yaml', env: process.env }).given
 */
export function checkConfig(sources: ConfigSources): CheckReport {
  let masked = 0;
  const read = readSettings(sources, () => (masked += 1));
  const { forward, watch } = configOf(read);
  for (const [index, { tls, spool }] of forward.entries()) {
    const check = inEntry('forward', index);
    if (tls !== undefined) check('tls', () => checkTls(tls));
    if (spool !== undefined) check('spool.folder', () => checkFolder(spool.folder));
  }
  for (const [index, { tls }] of watch.entries())
    if (tls !== undefined) inEntry('watch', index)('tls', () => checkTls(tls));
  const byDefault = readSettings({});
  const isOther = (key: SettingKey): boolean =>
    JSON.stringify(writeSetting(key, read)) !== JSON.stringify(writeSetting(key, byDefault));
  const given = [...read.given.values()]
    .filter(({ key }) => isOther(key))
    .map(({ writtenAs, source }) => ({ writtenAs, source }));
  return { given, masked };
}

function inEntry(key: string, index: number): (field: string, check: () => void) => void {
  return (field, check) => {
    try {
      check();
    } catch (error) {
      throw invalid(key, 'as a whole', `has an error in entry ${index + 1}: ${field} ${(error as Error).message}`);
    }
  };
}

function checkTls({ caFile, certFile, keyFile }: ClientTls): void {
  if (caFile !== undefined) certificate(caFile);
  if (certFile === undefined || keyFile === undefined) return;
  const shown = certificate(certFile);
  const key = pem(keyFile, createPrivateKey, 'private key without a passphrase');
  if (!shown.checkPrivateKey(key)) throw new Error(`has a key, ${keyFile}, that is not that of ${certFile}`);
}

function certificate(path: string): X509Certificate {
  return pem(path, (text) => new X509Certificate(text), 'certificate');
}

function pem<Parsed>(path: string, parse: (text: Buffer) => Parsed, what: string): Parsed {
  const content = readPemFile(path);
  try {
    return parse(content);
  } catch {
    // What OpenSSL says of it may quote it.
    throw new Error(`names ${path}, which holds no ${what} in PEM`);
  }
}

/** A folder that is not there is made at the start, so whoever is above it must be writable. */
function checkFolder(folder: string): void {
  const found = entryAt(folder);
  try {
    if (found !== undefined) assertOwnFolder(found);
  } catch (error) {
    throw new Error(`is ${folder}, which cannot be a spool: ${(error as Error).message}`, { cause: error });
  }
  let at = folder;
  while (entryAt(at) === undefined && dirname(at) !== at) at = dirname(at);
  try {
    if (!statSync(at).isDirectory()) throw new Error(`is ${folder}, but ${at} is no folder`);
    accessSync(at, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === undefined ? message : `is ${folder}, but this user may not write to ${at}`, {
      cause: error,
    });
  }
}

/** What is there, a link that leads nowhere among it; undefined also where that cannot be known. */
function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
