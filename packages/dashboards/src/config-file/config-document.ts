import { readFileSync, statSync } from 'node:fs';
import { OutriderError } from '@outrider/core/errors';
import { LineCounter, isAlias, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import { printable } from './shown.ts';

// Every setting, with a comment each, takes less.
const LONGEST_BYTES = 2 ** 18;

/** A configuration file that was read. */
export interface ConfigDocument {
  readonly path: string;
  /** The mapping at the top, nested ones as Maps. */
  readonly content: ReadonlyMap<unknown, unknown>;
  /** The line, from 1, that the last one of nested keys is on; undefined if it is not there. */
  readonly lineOf: (keys: readonly string[]) => number | undefined;
}

/**
 * Reads a file of YAML, or of JSON, which is a part of it. Nothing but JSON's types: no dates, no aliases, no tags.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG_FILE if it cannot be read or is not a mapping
 */
export function readConfigDocument(path: string): ConfigDocument {
  const unreadable = (problem: string): OutriderError => new OutriderError('OUTRIDER_CONFIG_FILE', { path, problem });
  const lines = new LineCounter();
  const document = parseDocument(textOf(path, unreadable), {
    schema: 'core',
    merge: false,
    stringKeys: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  // A warning is a tag that is not known: its value would be something else than what was meant.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined)
    throw unreadable(`it is not valid YAML at line ${lines.linePos(problem.pos[0]).line}: ${oneLine(problem.message)}`);
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node))
        throw unreadable(`line ${lines.linePos(node.range?.[0] ?? 0).line} has an alias; write it out`);
    },
  });
  const content = document.toJS({ mapAsMap: true }) as unknown;
  if (content !== null && content !== undefined && !(content instanceof Map))
    throw unreadable('it holds no mapping of keys to values');
  const lineOf = (keys: readonly string[]): number | undefined => {
    let node: unknown = document.contents;
    let offset: number | undefined;
    for (const key of keys) {
      const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
      if (pair === undefined) return undefined;
      offset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      node = pair.value;
    }
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
  return { path, content: content ?? new Map(), lineOf };
}

function textOf(path: string, unreadable: (problem: string) => OutriderError): string {
  try {
    const about = statSync(path);
    // Reading a pipe could wait for ever.
    if (!about.isFile()) throw unreadable('it is no regular file');
    if (about.size > LONGEST_BYTES) throw unreadable(`it has more than ${LONGEST_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof OutriderError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw unreadable('there is no such file');
    throw unreadable(code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : message);
  }
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '));
}
