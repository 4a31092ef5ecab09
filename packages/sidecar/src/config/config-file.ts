import { createRequire } from 'node:module';
import { OutriderError } from '@outrider/core/errors';
import type { Alias, LineCounter, Node, parseDocument, visit } from 'yaml';
import { readSmallFile } from './small-file.ts';

const require = createRequire(import.meta.url);

/** A configuration file that was read. */
export interface ConfigDocument {
  /** The mapping at the top, nested mappings as Maps; an empty file is an empty one. */
  readonly content: ReadonlyMap<unknown, unknown>;
  /** The line that a key is on, from 1; the keys above it come before it. */
  readonly lineOf: (keys: readonly unknown[]) => number | undefined;
}

// Hundreds of servers and backends take less.
const LONGEST_BYTES = 2 ** 18;

/**
 * Reads a configuration file: YAML, or JSON, which is a part of it.
 *
 * @returns the mapping at the top, nested mappings as Maps; an empty file is an empty one
 * @throws {OutriderError} OUTRIDER_CONFIG_FILE if it cannot be read or is not a mapping; the message quotes nothing of it
 */
export function readConfigFile(path: string): ReadonlyMap<unknown, unknown> {
  return readConfigDocument(path).content;
}

/**
 * Reads a configuration file and remembers what is where.
 *
 * @throws {OutriderError} as {@link readConfigFile} does
 */
export function readConfigDocument(path: string): ConfigDocument {
  const unreadable = (problem: string): OutriderError => new OutriderError('OUTRIDER_CONFIG_FILE', { path, problem });
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(readSmallFile(path, LONGEST_BYTES));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unreadable(code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : message);
  }
  // Loaded only now: the parser takes 9 MB of memory, which a sidecar without a file need not spend.
  const yaml = require('yaml') as Yaml;
  const lines = new yaml.LineCounter();
  const invalid = (what: string, offset?: number): OutriderError => {
    const { line, col } = lines.linePos(offset ?? 0);
    return unreadable(`it is not valid YAML: ${what}${offset === undefined ? '' : ` at line ${line}, column ${col}`}`);
  };
  const { document, content } = parse(yaml, source, lines, invalid);
  if (content !== null && content !== undefined && !(content instanceof Map)) {
    throw unreadable('it holds no mapping of keys to values');
  }
  return { content: content ?? new Map(), lineOf: (keys) => lineOf(yaml, document, lines, keys) };
}

interface Yaml {
  readonly parseDocument: typeof parseDocument;
  readonly visit: typeof visit;
  readonly LineCounter: new () => LineCounter;
  readonly isMap: (node: unknown) => node is { readonly items: ReadonlyArray<{ key: unknown; value: unknown }> };
  readonly isAlias: (node: unknown) => node is { resolve(document: unknown): unknown };
}

type Document = ReturnType<typeof parseDocument>;

interface Parsed {
  readonly document: Document;
  readonly content: unknown;
}

type Invalid = (what: string, offset?: number) => OutriderError;

function parse(yaml: Yaml, source: string, lineCounter: LineCounter, invalid: Invalid): Parsed {
  const options = { ...PARSING, lineCounter };
  const document = yaml.parseDocument(source, options);
  // A warning is a tag that is not known: its value would be something else than what was meant.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw invalid(WHAT[problem.code] ?? 'it breaks its rules', problem.pos[0]);
  refuseRepeatedKeys(yaml, document, invalid);
  try {
    return { document, content: document.toJS({ mapAsMap: true }) as unknown };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw invalid('it nests too deep');
    throw invalid('an alias has no anchor, or there are too many', firstWrongAlias(yaml, document));
  }
}

// Two keys are one if they look the same. Nothing but JSON's types: no dates, no merge keys, no bytes. To see that keys are
// unique, the parser compares each with each: of a file with 75,000 that takes a minute.
const PARSING = {
  schema: 'core',
  merge: false,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
} as const;

function refuseRepeatedKeys(yaml: Yaml, document: Document, invalid: Invalid): void {
  yaml.visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = valueOf(key);
        if (seen.has(name)) throw invalid('a key is there twice', (key as Node).range?.[0]);
        seen.add(name);
      }
    },
  });
}

/** Where the first alias without an anchor is; where all have one, the first of too many. */
function firstWrongAlias(yaml: Yaml, document: Document): number | undefined {
  const aliases: Alias[] = [];
  yaml.visit(document, { Alias: (_, node) => void aliases.push(node) });
  const wrong = aliases.find((alias) => alias.resolve(document) === undefined) ?? aliases[0];
  return wrong?.range?.[0];
}

function lineOf(yaml: Yaml, document: Document, lines: LineCounter, keys: readonly unknown[]): number | undefined {
  let node: unknown = document.contents;
  let start: number | undefined;
  for (const key of keys) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    const pair = yaml.isMap(node) ? node.items.find((item) => valueOf(item.key) === key) : undefined;
    if (pair === undefined) return undefined;
    start = (pair.key as Node | null)?.range?.[0];
    node = pair.value;
  }
  return start === undefined ? undefined : lines.linePos(start).line;
}

function valueOf(key: unknown): unknown {
  return typeof key === 'object' && key !== null && 'value' in key ? key.value : key;
}

// The parser's own messages quote the file, where secrets are.
const WHAT: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag',
  BAD_ALIAS: 'an alias has no name',
  BAD_COLLECTION_TYPE: 'a tag does not fit what it stands before',
  BAD_DIRECTIVE: 'a directive is not known',
  BAD_DQ_ESCAPE: 'a text in double quotes has an escape that is not known',
  BAD_INDENT: 'the indentation is wrong',
  BAD_PROP_ORDER: 'an anchor or a tag is at the wrong place',
  BAD_SCALAR_START: 'a text begins with a character that needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a key and its value are followed by another on the same line',
  BLOCK_IN_FLOW: 'a block is inside brackets or braces',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a quote, bracket, brace, comma, space or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines',
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: 'there are several documents',
  MULTIPLE_TAGS: 'a value has two tags',
  NON_STRING_KEY: 'a key is no text',
  RESOURCE_EXHAUSTION: 'it nests too deep',
  TAB_AS_INDENT: 'a tab is used for indentation',
  TAG_RESOLVE_FAILED: 'a tag is not known',
  UNEXPECTED_TOKEN: 'something stands where nothing can be',
};
