import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReceiver } from '../../src/harness/receiver.ts';
import type { Receiver } from '../../src/harness/receiver.ts';
import { Relay } from '../../src/push/relay.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

function post(socketPath: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', host: 'localhost' };
    request({ socketPath, path: '/v1/metrics', method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(body);
  });
}

test('what is pushed arrives, and is counted', async () => {
  const relay = await Relay.start(receiver.socket);
  expect(await post(relay.socket, '{"resourceMetrics":[]}')).toBe(200);
  expect(relay.accepted).toBe(1);
  expect(relay.bytes).toBeGreaterThan(100);
  await relay.close();
  expect(existsSync(relay.socket)).toBe(false);
});

test('what the sidecar refuses is not accepted', async () => {
  const relay = await Relay.start(receiver.socket);
  expect(await post(relay.socket, '{')).toBe(400);
  expect(relay.accepted).toBe(0);
  await relay.close();
});
