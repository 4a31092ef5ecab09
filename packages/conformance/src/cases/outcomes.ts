import { strict as assert } from 'node:assert';
import { BIG } from '../behaviours/streams.ts';
import type { Case } from '../case.ts';
import type { Leave } from '../client/client.ts';
import { allEnded } from '../ended.ts';
import { OUTCOMES, assertCutOff, assertRecorded } from '../expectations.ts';
import { total } from '../readings.ts';

const BEFORE = 'aborted_before_headers';
const MIDWAY = 'aborted_mid_stream';

/** How a request ends that is not simply answered. */
export const OUTCOME_CASES: readonly Case[] = [
  left('a client that leaves before the headers', '/hang', { after: 'request' }, BEFORE),
  left('a client that resets before the headers', '/hang', { after: 'request', reset: true }, BEFORE),
  left('a client that leaves mid-stream', '/drip', { after: 'first-bytes' }, MIDWAY, 200),
  left('a client that resets mid-stream', '/drip', { after: 'first-bytes', reset: true }, MIDWAY, 200),
  left('a client that leaves during its upload', '/upload-hang', { after: 'request', uploading: true }, BEFORE),
  left(
    'a client that resets during its upload',
    '/upload-hang',
    { after: 'request', uploading: true, reset: true },
    BEFORE,
  ),
  destroyed('a response that the server destroys', '/destroy'),
  destroyed('a response that the server destroys mid-stream', '/destroy-midway', 200),
  destroyed('a connection that the server destroys', '/destroy-connection'),
  {
    name: 'a server that closes under a request',
    run: async (application) => {
      const sent = application.send('/hang').catch(() => undefined);
      await application.reached(1);
      await application.close();
      await sent;
      await allEnded(application, 1);
      assertCutOff(application, { route: '/hang', outcome: 'destroyed_by_server' });
    },
  },
  {
    name: 'a reader slower than the response',
    run: async (application) => {
      const answer = await application.send('/big', {
        beforeReading: async () => {
          assert.equal(total(application.observer, 'http.server.active_requests'), 1, 'active while unread');
          assert.equal(total(application.observer, OUTCOMES), 0, 'ended while unread');
        },
      });
      assert.equal(answer.bytes.length, BIG);
      await assertRecorded(application, { route: '/big', status: 200 });
    },
  },
];

function left(name: string, path: string, how: Leave, outcome: string, status?: number): Case {
  return {
    name,
    run: async (application) => {
      await application.leave(path, how);
      await allEnded(application, 1);
      assertCutOff(application, { route: path, outcome, status });
    },
  };
}

function destroyed(name: string, path: string, status?: number): Case {
  return {
    name,
    run: async (application) => {
      await application.send(path).catch(() => undefined);
      await allEnded(application, 1);
      assertCutOff(application, { route: path, outcome: 'destroyed_by_server', status });
    },
  };
}
