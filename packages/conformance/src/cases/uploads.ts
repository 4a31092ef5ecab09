import { strict as assert } from 'node:assert';
import type { Case } from '../case.ts';
import type { RequestOptions } from '../client/client.ts';
import { assertHeaders, assertRecorded } from '../expectations.ts';

const PARTS = ['zwölf ', 'Boxkämpfer', Buffer.alloc(100_000)];

/** Requests with bodies: read, not read, and not wanted. */
export const UPLOAD_CASES: readonly Case[] = [
  uploaded('a body with a length', '/upload', { body: 'zwölf' }, '6 '),
  uploaded('a chunked body', '/upload', { body: PARTS }, '100018 '),
  uploaded('a chunked body with trailers', '/upload', { body: PARTS, trailers: { 'X-Sum': '18' } }, '100018 18'),
  uploaded('a body that is never read', '/upload-unread', { body: 'zwölf' }, 'unread'),
  uploaded('a chunked body that is never read', '/upload-unread', { body: ['zwölf', ' Boxkämpfer'] }, 'unread'),
  {
    name: 'Expect: 100-continue',
    run: async (application) => {
      const answer = await application.send('/upload', {
        method: 'POST',
        headers: { Expect: '100-continue' },
        body: 'zwölf',
      });
      assert.deepEqual(answer.informational, [100]);
      assert.equal(answer.body, '6 ');
      assertHeaders(answer);
      await assertRecorded(application, { route: '/upload', status: 200, method: 'POST' });
    },
  },
  {
    name: 'an upload that is refused before its end',
    run: async (application) => {
      const answer = await application.send('/upload-refused', {
        method: 'POST',
        headers: { 'Content-Length': '1000000' },
        body: 'the beginning of it',
        unfinished: true,
      });
      assert.equal(answer.status, 413);
      assertHeaders(answer);
      await assertRecorded(application, { route: '/upload-refused', status: 413, method: 'POST' });
    },
  },
];

function uploaded(name: string, path: string, request: RequestOptions, expected: string): Case {
  return {
    name,
    run: async (application) => {
      const answer = await application.send(path, { ...request, method: 'POST' });
      assert.equal(answer.status, 200);
      assert.equal(answer.body, expected);
      assertHeaders(answer);
      await assertRecorded(application, { route: path, status: 200, method: 'POST' });
    },
  };
}
