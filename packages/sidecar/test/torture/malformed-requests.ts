import type { Random } from './random.ts';

/** A request that is none, or none that anybody should send, as latin1. */
export interface Malformed {
  readonly kind: string;
  readonly text: string;
  /** What may be answered; 0 is no answer, only an end. */
  readonly statuses: readonly number[];
}

const HOST = 'Host: localhost\r\n';
const BAD = [400];
/** Well-formed, but for a path that is not there, or no path. */
const NOWHERE = [404, 405];
const ANY_REFUSAL = [0, 400, 403, 404, 405, 408, 413, 415, 431];

type Make = (random: Random) => string;

const TARGETS = ['//', '//[', '*', '/%E0%A4%A', '/%', '/..%2f..%2fetc/passwd', '/metrics/', '/%6detrics', '//metrics'];
const MORE_TARGETS = ['http://localhost/metrics', 'http://[', '/;', '/\\', '/api/v1/../metrics'];

function get(target: string, headers = HOST, version = 'HTTP/1.1'): string {
  return `GET ${target} ${version}\r\n${headers}\r\n`;
}

function post(headers: string, body = ''): string {
  return `POST /v1/metrics HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n${body}`;
}

const KINDS: ReadonlyArray<readonly [kind: string, statuses: readonly number[], make: Make]> = [
  ['a target that is nowhere', NOWHERE, (r) => get(r.of([...TARGETS, ...MORE_TARGETS]))],
  ['a random target', [...NOWHERE, 400], (r) => get(`/${r.bytes(20).replaceAll(/[\s?]/g, '_')}`)],
  ['an authority where a path belongs', [...NOWHERE, 0, 400], () => `CONNECT localhost:80 HTTP/1.1\r\n${HOST}\r\n`],
  ['OPTIONS *', NOWHERE, () => `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
  ['a target that no URL has', BAD, (r) => get(r.of(['localhost:80', '/\u00ff', 'metrics', '?']))],
  ['a target with spaces', BAD, () => get('/a b')],
  ['a target with a control character', BAD, (r) => get(`/a${r.of(['\0', '\x01', '\x1f', '\x7f', '\t'])}b`)],
  ['no target', BAD, () => 'GET  HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['a target of 20 kB', [431], () => get(`/${'a'.repeat(20_000)}`)],
  ['a method of any letters', BAD, (r) => get('/').replace('GET', r.of(['GOT', 'get', 'G'.repeat(5_000), 'G\0T', '']))],
  ['HTTP/0.9', [400, 403], () => 'GET /metrics\r\n\r\n'],
  [
    'another version',
    BAD,
    (r) => get('/', HOST, r.of(['HTTP/1.2', 'HTTP/3.0', 'HTTP/11', 'HTTP/1.', 'ICE/1.0', 'http/1.1'])),
  ],
  ['HTTP/2', BAD, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', [0, 400], (r) => `\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${r.bytes(200)}`],
  ['RESP', BAD, () => '*1\r\n$4\r\nPING\r\n'],
  ['random bytes', [0, 400], (r) => `\xff${r.bytes(1 + r.below(300))}`],
  ['no Host', [400, 403], (r) => get('/metrics', '', r.of(['HTTP/1.1', 'HTTP/1.0']))],
  ['two Hosts', [400, 403], () => get('/metrics', `${HOST}Host: evil.com\r\n`)],
  [
    'a foreign Host',
    [403],
    (r) => get('/metrics', `Host: ${r.of(['evil.com', '127.0.0.1.nip.io', 'localhost.evil.com', ''])}\r\n`),
  ],
  ['a header without a colon', BAD, () => get('/metrics', `${HOST}nonsense\r\n`)],
  ['a header without a name', BAD, () => get('/metrics', `${HOST}: nonsense\r\n`)],
  ['a space before the colon', BAD, () => get('/metrics', `${HOST}A : b\r\n`)],
  ['a control character in a header', BAD, (r) => get('/metrics', `${HOST}A: b${r.of(['\0', '\x01', '\x7f'])}c\r\n`)],
  ['CR alone', BAD, () => get('/metrics', `${HOST}A: b\rC: d\r\n`)],
  ['LF alone', BAD, () => `GET /metrics HTTP/1.1\nHost: localhost\n\n`],
  ['a folded header', BAD, () => get('/nowhere', `Host: evil.com\r\n localhost\r\n`)],
  ['10,000 headers', [431], () => get('/metrics', HOST + 'a:b\r\n'.repeat(10_000))],
  ['a header of 20 kB', [431], () => get('/metrics', `${HOST}A: ${'b'.repeat(20_000)}\r\n`)],
  ['two lengths', BAD, () => post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}')],
  [
    'a length that is none',
    BAD,
    (r) => post(`Content-Length: ${r.of(['-1', '+2', '0x2', '2,3', '2 3', 'two', '9'.repeat(30)])}\r\n`, '{}'),
  ],
  ['length and chunks', BAD, () => post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
  [
    'a smuggled request',
    ANY_REFUSAL,
    (r) =>
      post(
        `Transfer-Encoding: ${r.of(['xchunked', 'chunked, identity', 'chunked\x0b', 'identity'])}\r\nContent-Length: 3\r\n`,
        get('/metrics'),
      ),
  ],
  [
    'a chunk size that is none',
    ANY_REFUSAL,
    (r) =>
      post(
        'Transfer-Encoding: chunked\r\n',
        `${r.of(['x', '-1', '0x2', 'fffffffffffffffff', '2;\0', ''])}\r\n{}\r\n0\r\n\r\n`,
      ),
  ],
  ['a chunk longer than it says', ANY_REFUSAL, () => post('Transfer-Encoding: chunked\r\n', '1\r\n{}\r\n0\r\n\r\n')],
  [
    'chunk extensions',
    ANY_REFUSAL,
    () => post('Transfer-Encoding: chunked\r\n', `1;${'a'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`),
  ],
  ['a length beyond the limit', [405, 404, 413], () => post('Content-Length: 99999999999\r\n')],
  ['a head that ends in the middle', [0, 400], (r) => get('/metrics').slice(0, 1 + r.below(20))],
  ['a body that ends in the middle', [0, 400, 404, 405], () => post('Content-Length: 100\r\n', '{"resource')],
  ['an expectation', [404, 405, 417], () => get('/nowhere', `${HOST}Expect: nonsense\r\n`)],
  ['bytes changed in a good one', ANY_REFUSAL, (r) => changed(get('/nowhere', `${HOST}A: b\r\n`), r)],
];

function changed(text: string, random: Random): string {
  let result = text;
  for (let i = 0; i <= random.below(4); i += 1) {
    const at = random.below(result.length);
    result = result.slice(0, at) + random.bytes(1) + result.slice(at + random.below(2));
  }
  return result;
}

/** The names of all kinds. */
export const malformedKinds: readonly string[] = KINDS.map(([kind]) => kind);

/** Requests of all kinds by turns. */
export function* malformedRequests(count: number, random: Random): Generator<Malformed> {
  for (let i = 0; i < count; i += 1) {
    const [kind, statuses, make] = KINDS[i % KINDS.length] ?? [];
    if (kind !== undefined && statuses !== undefined && make !== undefined)
      yield { kind, statuses, text: make(random) };
  }
}
