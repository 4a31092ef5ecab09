import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const POINTS = 500;

/**
 * Pushes points over a Unix socket at an even pace, as an application of 500 series does, only more often.
 *
 * @returns how many points were sent, every one of them accepted
 */
export async function pushPoints(socketPath: string, perSecond: number, seconds: number): Promise<number> {
  const everyMs = (1000 * POINTS) / perSecond;
  const times = Math.round((seconds * perSecond) / POINTS);
  const begin = performance.now();
  for (let push = 0; push < times; push += 1) {
    await wait(Math.max(0, begin + push * everyMs - performance.now()));
    const status = await post(socketPath, body(push));
    if (status !== 200) throw new Error(`a push was answered with ${status}`);
  }
  return times * POINTS;
}

async function post(socketPath: string, text: string): Promise<number | undefined> {
  const sent = request({
    socketPath,
    method: 'POST',
    path: '/v1/metrics',
    headers: { 'content-type': 'application/json' },
  });
  sent.end(text);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

function body(push: number): string {
  const begin = '1767225600000000000';
  const dataPoints = Array.from({ length: POINTS }, (_, series) => ({
    attributes: [{ key: 'series', value: { stringValue: String(series) } }],
    startTimeUnixNano: begin,
    timeUnixNano: String(BigInt(begin) + BigInt(push + 1) * 1_000_000n),
    asInt: String(push + 1),
  }));
  const sum = { dataPoints, aggregationTemporality: 2, isMonotonic: true };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'loaded' } }] };
  return JSON.stringify({
    resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'load.steps', unit: '{step}', sum }] }] }],
  });
}
