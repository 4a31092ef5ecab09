import { expect } from 'vitest';
import { matchesPage } from './wildcard.ts';

/** A request that is made to the program of a snippet, and what must come back. */
export interface SnippetRequest {
  /** As the page has it. */
  readonly text: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Whether the answer must have both of Outrider's headers. */
  readonly observed: boolean;
  readonly send: ReadonlyArray<readonly [name: string, value: string]>;
  /** What the answer's headers must be; `…` stands for anything. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** Texts that the answer's body must have. */
  readonly body: readonly string[];
}

const HEAD = /^(?<method>[A-Z]+) (?<path>\/\S*)(?: (?<status>\d{3}))?(?<unobserved> unobserved)?/;
const DETAILS = /^(?: (?:send|header|body) "[^"]*")*$/;

/**
 * Reads what a page writes: `GET /users/1 404 unobserved send "Name: value" header "Name: value" body "text"`, where
 * everything after the path may be left out.
 *
 * @throws {Error} naming the place if it cannot be read
 */
export function requestOf(text: string, place: string): SnippetRequest {
  const head = HEAD.exec(text);
  const rest = text.slice(head?.[0].length);
  if (head === null || !DETAILS.test(rest)) throw new Error(`${place}: the request "${text}" is not understood`);
  const { method = 'GET', path = '/', status = '200', unobserved } = head.groups!;
  const all = (kind: string): string[] =>
    Array.from(rest.matchAll(new RegExp(` ${kind} "([^"]*)"`, 'g')), ([, value]) => value!);
  return {
    text,
    method,
    path,
    status: Number(status),
    observed: unobserved === undefined,
    send: all('send').map(pair),
    headers: all('header').map(pair),
    body: all('body'),
  };
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf(': ');
  return [text.slice(0, at), text.slice(at + 2)];
}

/** Makes the request and checks what came back. */
export async function checkRequest(request: SnippetRequest, port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}${request.path}`;
  const { method, send, text } = request;
  const response = await fetch(url, { method, headers: Object.fromEntries(send), signal: AbortSignal.timeout(10_000) });
  const body = await response.text();
  expect(response.status, `${text}: ${body.slice(0, 500)}`).toBe(request.status);
  if (request.observed) {
    expect(response.headers.get('x-response-time') ?? '', text).toMatch(/^\d+\.\d{3}ms$/);
    expect(response.headers.get('x-request-id') ?? '', text).toMatch(/^[\w.:=+/@-]{1,128}$/);
  }
  for (const [name, value] of request.headers) {
    const header = response.headers.get(name);
    expect(matchesPage(value, header ?? ''), `${text}: ${name} is ${header}`).toBe(true);
  }
  for (const part of request.body) expect(body, text).toContain(part);
}
