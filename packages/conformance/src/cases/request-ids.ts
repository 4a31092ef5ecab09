import { strict as assert } from 'node:assert';
import type { Case } from '../case.ts';
import { valuesOf } from '../client/client.ts';
import { sendRaw } from '../client/raw.ts';
import { REJECTED_IDS, UUID } from '../expectations.ts';
import { total } from '../readings.ts';

/** Request ids: kept where they are valid, replaced where they are not. */
export const REQUEST_ID_CASES: readonly Case[] = [
  {
    name: 'a valid request id is kept, on the request and on the response',
    run: async (application) => {
      const answer = await application.send('/id', { headers: { 'X-Request-ID': 'abc.DEF:1=+/@-_' } });
      assert.equal(answer.body, 'abc.DEF:1=+/@-_');
      assert.deepEqual(valuesOf(answer, 'x-request-id'), ['abc.DEF:1=+/@-_']);
      assert.equal(total(application.observer, REJECTED_IDS), 0);
    },
  },
  replaced('an empty request id', ['']),
  replaced('a request id of 12,000 characters', ['a'.repeat(12_000)]),
  replaced('a request id of 129 characters', ['a'.repeat(129)]),
  replaced('two request ids', ['a1', 'b2']),
  replaced('a request id with a space', ['a b']),
  replaced('a request id with markup', ['<script>']),
  replaced('a request id that is not ASCII', ['zz\u00e9zz']),
  {
    name: 'a request id with CR and LF splits nothing',
    impossible: { 'HTTP/2': 'a field of HTTP/2 has a length, not a line' },
    run: async (application) => {
      const answer = await sendRaw(
        application,
        'GET /id HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-ID: a\r\n b\r\nSet-Cookie: x=1\r\n\r\n',
      );
      // Node refuses the folded line or joins it; in neither case may it come back.
      assert.doesNotMatch(answer, /set-cookie|a\r\n b/i);
      assert.equal([...answer.matchAll(/^x-request-id: /gim)].length, answer.startsWith('HTTP/1.1 200 ') ? 1 : 0);
    },
  },
  {
    name: 'a request id with CR and LF in one field',
    impossible: { 'HTTP/1': 'a field of HTTP/1 ends at CR and LF' },
    run: async (application) => {
      const answer = await application.send('/id', { headers: { 'X-Request-ID': 'a\r\nSet-Cookie: x=1' } });
      assert.match(answer.body, UUID);
      assert.deepEqual(valuesOf(answer, 'x-request-id'), [answer.body]);
      assert.deepEqual(valuesOf(answer, 'set-cookie'), []);
    },
  },
];

function replaced(name: string, ids: readonly string[]): Case {
  return {
    name: `${name}: replaced and counted`,
    run: async (application) => {
      const answer = await application.send('/id', { headers: { 'X-Request-ID': [...ids] } });
      assert.equal(answer.status, 200);
      assert.match(answer.body, UUID);
      assert.deepEqual(valuesOf(answer, 'x-request-id'), [answer.body]);
      assert.equal(total(application.observer, REJECTED_IDS), 1);
    },
  };
}
