import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { RequestOptions, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MetricSink } from '../../src/receivers/decoded.ts';
import { createOtlpHandler } from '../../src/receivers/otlp-http.ts';
import type { PushSender } from '../../src/receivers/push-sender.ts';

const BODY = JSON.stringify({
  resourceMetrics: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] } }],
});

let server: Server;
let agent: Agent;
let senders: Array<PushSender | undefined>;
let closings: boolean[];

beforeEach(async () => {
  senders = [];
  closings = [];
  agent = new Agent({ keepAlive: true });
  const sink: MetricSink = {
    push: (_resources, sender) => {
      sender?.connection.onClose((byPeer) => closings.push(byPeer));
      senders.push(sender);
      return new Map();
    },
  };
  server = createServer(createOtlpHandler({ sink })).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

async function push(headers: Record<string, string>, over: RequestOptions['agent'] = agent): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', path: '/v1/metrics', method: 'POST', agent: over, headers });
  sent.setHeader('content-type', 'application/json');
  sent.end(BODY);
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
}

it('is known by its interval, and one connection is one', async () => {
  await push({ 'outrider-interval': '5000' });
  await push({ 'outrider-interval': '5000' });
  expect(senders.map((sender) => sender?.intervalMs)).toEqual([5000, 5000]);
  expect(senders[0]?.connection).toBe(senders[1]?.connection);
  expect(senders[0]?.connection.isOpen).toBe(true);
});

it.each([{}, { 'outrider-interval': 'soon' }, { 'outrider-interval': '0' }, { 'outrider-interval': '1e12' }])(
  'is nobody with %j',
  async (headers) => {
    await push(headers);
    expect(senders).toEqual([undefined]);
  },
);

it('is nobody where the connection is for one request only', async () => {
  await push({ 'outrider-interval': '5000' }, false);
  expect(senders).toEqual([undefined]);
});

it('tells that it closed its connection', async () => {
  await push({ 'outrider-interval': '5000' });
  agent.destroy();
  await expect.poll(() => closings).toEqual([true]);
  expect(senders[0]?.connection.isOpen).toBe(false);
});

it('keeps its connection, however long it does not push; others keep theirs as long as the server likes', async () => {
  server.keepAliveTimeout = 1;
  server.keepAliveTimeoutBuffer = 1;
  // Not the client of Node.js, which closes its connections by the server's time-out itself.
  const open = async (header: string): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
    const head = `POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${header}`;
    socket.write(`${head}Content-Length: ${BODY.length}\r\n\r\n${BODY}`);
    await once(socket, 'data');
    return socket;
  };
  const kept = await open('Outrider-Interval: 5000\r\n');
  try {
    await once(await open(''), 'end');
    // Its time would have been over first.
    expect(senders[0]?.connection.isOpen).toBe(true);
    expect(closings).toEqual([]);
  } finally {
    kept.destroy();
  }
  await expect.poll(() => closings).toEqual([true]);
});

it('is told apart from a sidecar that does', async () => {
  await push({ 'outrider-interval': '5000' });
  server.closeAllConnections();
  await expect.poll(() => closings).toEqual([false]);
});
