import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Application } from '../application.ts';
import type { Case } from '../case.ts';
import { sendRaw } from '../client/raw.ts';
import { allEnded } from '../ended.ts';
import { DURATION, STREAM, assertRecorded } from '../expectations.ts';
import { readMetric, total } from '../readings.ts';

const impossible = { 'HTTP/2': 'an upgrade of HTTP/2 is an extended CONNECT, which is not measured' } as const;

/** Connections that become something else. */
export const UPGRADE_CASES: readonly Case[] = [
  {
    name: 'a WebSocket',
    impossible,
    run: async (application) => {
      await introduce(application);
      application.receiveUpgrades();
      const sockets = new WebSocketServer({ server: application.server as Server, path: '/socket' });
      sockets.on('connection', (socket) => socket.on('message', (message) => socket.send(message)));
      const client = new WebSocket(`${application.url.replace('http', 'ws')}/socket?token=zq`, {
        rejectUnauthorized: false,
      });
      await once(client, 'open');
      assert.equal(total(application.observer, 'http.server.active_requests'), 1);
      client.send('hello');
      await once(client, 'message');
      client.close();
      await once(client, 'close');
      await allEnded(application, 2);
      sockets.close();
      const [stream, ...others] = readMetric(application.observer, STREAM);
      assert.equal(others.length, 0);
      assert.equal(stream?.value, 1);
      assert.equal(stream.attributes['http.response.status_code'], 101);
      // The one that introduced the server.
      assert.equal(total(application.observer, DURATION), 1);
    },
  },
  {
    name: 'an upgrade that is refused',
    impossible,
    run: async (application) => {
      await introduce(application);
      application.receiveUpgrades();
      application.server.on('upgrade', (_request: unknown, socket: Duplex) => {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      });
      const client = new WebSocket(`${application.url.replace('http', 'ws')}/socket`, { rejectUnauthorized: false });
      await once(client, 'error');
      await allEnded(application, 2);
      assert.equal(total(application.observer, STREAM), 0);
      assert.equal(total(application.observer, DURATION, { 'http.response.status_code': 401 }), 1);
    },
  },
  {
    name: 'an upgrade that nobody listens for is a request',
    impossible,
    run: async (application, { templates }) => {
      const answer = await sendRaw(
        application,
        'GET /users/zq1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: other\r\n\r\n',
      );
      assert.match(answer, /^HTTP\/1\.1 200 /);
      await assertRecorded(application, { route: templates.template, status: 200 });
    },
  },
];

// A middleware knows the server from its first request on.
async function introduce(application: Application): Promise<void> {
  await application.send('/users/zq1');
}
