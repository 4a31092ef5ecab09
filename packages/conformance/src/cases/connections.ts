import { strict as assert } from 'node:assert';
import type { Server, Socket } from 'node:net';
import type { Case } from '../case.ts';
import { openConnection } from '../client/http1.ts';
import { sendRaw } from '../client/raw.ts';
import { allEnded } from '../ended.ts';
import { DURATION, assertRecorded, outcomesOf } from '../expectations.ts';
import { total } from '../readings.ts';
import { until } from '../until.ts';

const STREAMS = { 'HTTP/2': 'requests of HTTP/2 are streams, which do not wait for each other' } as const;
const CONNECTION = { 'HTTP/2': 'HTTP/2 has no header Connection and no version before it' } as const;

/** Several requests on one connection, and its end. */
export const CONNECTION_CASES: readonly Case[] = [
  {
    name: 'several requests on one connection, one after the other',
    run: async (application, { templates }) => {
      const sockets = new Set<Socket>();
      application.server.on('connection', (socket) => sockets.add(socket));
      const connection = application.connect();
      for (const id of ['zq1', 'zq2', 'zq3']) {
        const answer = await connection.send(`/users/${id}`);
        assert.equal(answer.status, 200);
      }
      connection.close();
      assert.equal(sockets.size, 1);
      await assertRecorded(application, { route: templates.template, status: 200 }, 3);
    },
  },
  {
    name: 'several requests on one connection, at the same time',
    impossible: { 'HTTP/1': 'requests of HTTP/1 wait for each other: see pipelining' },
    run: async (application, { templates }) => {
      const connection = application.connect();
      const answers = await Promise.all(['/slow', '/users/zq1', '/users/zq2'].map((path) => connection.send(path)));
      connection.close();
      assert.equal(new Set(answers.map(({ headers }) => headers['x-request-id'])).size, 3);
      await allEnded(application, 3);
      assert.equal(total(application.observer, DURATION, { 'http.route': templates.template! }), 2);
      assert.equal(total(application.observer, DURATION, { 'http.route': '/slow' }), 1);
    },
  },
  {
    name: 'pipelined requests each have their own id and end',
    impossible: STREAMS,
    run: async (application, { templates }) => {
      const answer = await sendRaw(application, get('/users/zq1') + get('/users/zq2') + last('/users/zq3'));
      const ids = [...answer.matchAll(/x-request-id: (\S+)/gi)].map(([, id]) => id);
      assert.equal(new Set(ids).size, 3);
      await assertRecorded(application, { route: templates.template, status: 200 }, 3);
    },
  },
  {
    name: 'pipelined requests behind a slow one',
    impossible: STREAMS,
    run: async (application, { templates }) => {
      const answer = await sendRaw(application, get('/slow') + get('/users/zq1') + last('/users/zq2'));
      assert.equal([...answer.matchAll(/HTTP\/1\.1 200 /g)].length, 3);
      await allEnded(application, 3);
      assert.equal(total(application.observer, DURATION, { 'http.route': '/slow' }), 1);
      assert.equal(total(application.observer, DURATION, { 'http.route': templates.template! }), 2);
      assert.deepEqual(outcomesOf(application.observer), { completed: 3 });
    },
  },
  {
    name: 'pipelined requests behind one that never ends, and a client that leaves',
    impossible: STREAMS,
    run: async (application) => {
      const { socket } = await openConnection(application.port, application.transport === 'https');
      socket.on('error', () => undefined);
      socket.write(get('/hang') + get('/users/zq1') + get('/users/zq2'));
      await until(() => application.received() === 3, 'three requests received');
      socket.destroy();
      await allEnded(application, 3);
      // Of the two behind, both answered, not a byte was sent.
      assert.deepEqual(outcomesOf(application.observer), { aborted_before_headers: 3 });
    },
  },
  {
    name: 'Connection: close, of the client',
    impossible: CONNECTION,
    run: async (application, { templates }) => {
      await sendRaw(application, last('/users/zq1'));
      await assertRecorded(application, { route: templates.template, status: 200 });
    },
  },
  {
    name: 'Connection: close, of the application',
    impossible: CONNECTION,
    run: async (application) => {
      const answer = await application.send('/last-answer');
      assert.equal(answer.headers['connection'], 'close');
      await assertRecorded(application, { route: '/last-answer', status: 200 });
    },
  },
  {
    name: 'HTTP/1.0',
    impossible: CONNECTION,
    run: async (application, { templates }) => {
      const answer = await sendRaw(application, 'GET /users/zq1 HTTP/1.0\r\nHost: localhost\r\n\r\n');
      assert.match(answer, /^HTTP\/1\.1 200 [^]*x-request-id: /i);
      await assertRecorded(application, { route: templates.template, status: 200 });
    },
  },
  {
    name: 'a client that ends its side and still reads',
    impossible: STREAMS,
    run: async (application) => {
      // Without, Node cuts off whoever ends their side.
      (application.server as Server & { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true;
      const answer = await sendRaw(application, last('/slow'), { end: true });
      assert.match(answer, /slow$/);
      await assertRecorded(application, { route: '/slow', status: 200 });
    },
  },
];

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

function last(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
}
