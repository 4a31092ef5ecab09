import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestOf } from './snippet-request.ts';
import type { SnippetRequest } from './snippet-request.ts';

export const ROOT: string = join(import.meta.dirname, '../../../..');

/** What the page's source says of a snippet, in a comment on the line before it. */
export type Mark =
  /** `<!-- run: GET /users/1; GET /missing 404 -->`: a program that listens; the requests are made. */
  | { readonly kind: 'run'; readonly requests: readonly SnippetRequest[] }
  /** `<!-- run to its end -->`: a program that ends by itself, with exit code 0. */
  | { readonly kind: 'end' }
  /** `<!-- run and show -->`: its metrics then have every line of the block of text after it. */
  | { readonly kind: 'show'; readonly lines: readonly string[] }
  /** `<!-- fragment: why -->`: not whole; it is parsed, and what it imports must exist. */
  | { readonly kind: 'fragment'; readonly reason: string };

/** One fenced block of JavaScript or TypeScript of a page. */
export interface Snippet {
  /** Path of the page from the root. */
  readonly page: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  readonly language: 'js' | 'ts';
  readonly code: string;
  readonly mark: Mark;
}

const FENCE = /^```(js|ts|javascript|typescript|mjs|cjs)\b/;

/**
 * The snippets of a page.
 *
 * @param marked whether each snippet must be marked; one that need not and is not is a fragment
 * @throws {Error} naming page and line where a snippet has no mark, or one that is not understood
 */
export function snippetsOf(page: string, text: string, marked: boolean): Snippet[] {
  const lines = text.split('\n');
  const snippets: Snippet[] = [];
  for (let at = 0; at < lines.length; at++) {
    const language = FENCE.exec(lines[at]!)?.[1];
    if (language === undefined) continue;
    const place = `${page}:${at + 1}`;
    if (language !== 'js' && language !== 'ts') throw new Error(`${place}: call it js or ts, not ${language}`);
    const end = lines.indexOf('```', at);
    if (end === -1) throw new Error(`${place}: the snippet does not end`);
    const before = lines.slice(0, at).findLast((line) => line.trim() !== '') ?? '';
    const mark =
      markOf(before, place, lines.slice(end + 1)) ??
      (marked ? undefined : { kind: 'fragment' as const, reason: 'a readme' });
    if (mark === undefined) throw new Error(`${place}: say in a comment before the snippet how it is to be checked`);
    snippets.push({ page, line: at + 1, language, code: lines.slice(at + 1, end).join('\n'), mark });
    at = end;
  }
  return snippets;
}

function markOf(line: string, place: string, after: readonly string[]): Mark | undefined {
  const text = /^<!-- (run|fragment)(.*) -->$/.exec(line.trim());
  if (text === null) return undefined;
  const [, kind, rest = ''] = text;
  if (kind === 'run' && rest === ' to its end') return { kind: 'end' };
  if (kind === 'run' && rest === ' and show') return { kind: 'show', lines: textBlock(after, place) };
  const said = /^: (.+)$/.exec(rest)?.[1];
  if (said === undefined) throw new Error(`${place}: ${line} is not understood`);
  if (kind === 'fragment') return { kind, reason: said };
  // Not where it stands in quotes.
  const requests = said.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  return { kind: 'run', requests: requests.map((request) => requestOf(request.trim(), place)) };
}

// The block of text that comes next.
function textBlock(lines: readonly string[], place: string): string[] {
  const begin = lines.findIndex((line) => line.startsWith('```'));
  const end = lines.indexOf('```', begin);
  if (lines[begin] !== '```text' || end === -1)
    throw new Error(`${place}: no block of text after it says what it shows`);
  return lines.slice(begin + 1, end);
}

/** Every snippet of the guides, the migrations and the readmes of the packages. */
export function allSnippets(): Snippet[] {
  const pages = ['docs/**/*.md', 'README.md', 'packages/*/README.md'].flatMap((glob) => globSync(glob, { cwd: ROOT }));
  return pages.flatMap((page) => snippetsOf(page, readFileSync(join(ROOT, page), 'utf8'), page.startsWith('docs/')));
}
