import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { OutriderError } from '@outrider/core/errors';
import type { parseDocument } from 'yaml';

const require = createRequire(import.meta.url);

/**
 * Reads a configuration file: YAML, or JSON, which is a part of it.
 *
 * @returns the mapping at the top, nested mappings as Maps; an empty file is an empty one
 * @throws {OutriderError} OUTRIDER_CONFIG_FILE if it cannot be read or is not a mapping
 */
export function readConfigFile(path: string): ReadonlyMap<unknown, unknown> {
  const unreadable = (problem: string, cause?: unknown) =>
    new OutriderError('OUTRIDER_CONFIG_FILE', { path, problem }, { cause });
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(reason(error), error);
  }
  // Loaded only now: the parser takes 9 MB of memory, which a sidecar without a file need not spend.
  const yaml = require('yaml') as { readonly parseDocument: typeof parseDocument };
  const document = yaml.parseDocument(source);
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(`it is not valid YAML: ${firstLine(error.message)}`, error);
  let content: unknown;
  try {
    content = document.toJS({ mapAsMap: true });
  } catch (cause) {
    throw unreadable(`it is not valid YAML: ${firstLine(String(cause))}`, cause);
  }
  if (content === null || content === undefined) return new Map();
  if (!(content instanceof Map)) throw unreadable('it holds no mapping of keys to values');
  return content;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

// The parser shows the place in the lines that follow; one line is all there is room for.
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}
