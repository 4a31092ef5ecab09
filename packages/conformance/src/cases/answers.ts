import { strict as assert } from 'node:assert';
import { DOWNLOAD, TEXT } from '../bodies.ts';
import type { Case } from '../case.ts';
import { valuesOf } from '../client/client.ts';
import { assertHeaders, assertRecorded } from '../expectations.ts';
import { recorded } from './recorded.ts';

/** Answers with statuses, heads and ends out of the ordinary. */
export const ANSWER_CASES: readonly Case[] = [
  recorded('204', '/no-content', { route: '/no-content', status: 204, body: '' }),
  recorded('304', '/not-modified', { route: '/not-modified', status: 304, body: '' }),
  recorded('a redirect', '/redirect', { route: '/redirect', status: 302 }),
  recorded('a text', '/text', { route: '/text', status: 200, body: TEXT }),
  recorded('a streaming body', '/stream', {
    route: '/stream',
    status: 200,
    body: 'chunk\nchunk\nchunk\nchunk\nlast\n',
  }),
  {
    name: 'a file download',
    run: async (application) => {
      const answer = await application.send('/download');
      assert.equal(answer.bytes.length, DOWNLOAD.bytes);
      assert.match(String(answer.headers['content-disposition']), /^attachment/);
      assertHeaders(answer);
      await assertRecorded(application, { route: '/download', status: 200 });
    },
  },
  informational('early hints before the answer', '/early-hints', 103),
  informational('102 before the answer', '/processing', 102),
  {
    name: 'trailers after the answer',
    run: async (application) => {
      const answer = await application.send('/trailers');
      assert.equal(answer.body, 'counted');
      assert.equal(answer.trailers['x-sum'], '7');
      assertHeaders(answer);
      await assertRecorded(application, { route: '/trailers', status: 200 });
    },
  },
  recorded('a writeHead with a flat list', '/flat-headers', { route: '/flat-headers', status: 200, body: 'ok' }),
  {
    name: 'a writeHead with a list of pairs',
    run: async (application) => {
      const answer = await application.send('/paired-headers');
      assert.equal(answer.headers['x-paired'], '1');
      assertHeaders(answer);
      await assertRecorded(application, { route: '/paired-headers', status: 200 });
    },
  },
  {
    name: "the application's own headers stay",
    run: async (application) => {
      const answer = await application.send('/own-headers');
      assert.deepEqual(valuesOf(answer, 'x-response-time'), ['mine']);
      assert.deepEqual(valuesOf(answer, 'x-request-id'), ['mine-too']);
    },
  },
];

function informational(name: string, path: string, status: number): Case {
  return {
    name,
    run: async (application) => {
      const answer = await application.send(path);
      assert.deepEqual(answer.informational, [status]);
      assert.equal(answer.status, 200);
      assertHeaders(answer);
      await assertRecorded(application, { route: path, status: 200 });
    },
  };
}
