import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { gaugeOf, requestOf, toJson } from '../receivers/otlp-encode.ts';
import { JSON_TYPE, post } from './post.ts';
import { SOUND, Stage } from './stage.ts';
import type { Port } from './stage.ts';

const CONNECTIONS = 500;
// With what holds by default it takes 12 s; a long run waits for that.
const IN_SHORT = { 'limits-header-time': '1500ms', 'limits-request-time': '3s' };
const [FLAGS, MOST_SECONDS] = process.env.OUTRIDER_TORTURE_SCALE === undefined ? [IN_SHORT, 8] : [{}, 15];

// The one half never ends its head, the other half its body.
const HEAD = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nA: ';
const BODY =
  'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{';

interface Slow {
  readonly socket: Socket;
  received: string;
  closedAfter: number | undefined;
}

async function open({ host, port }: Port, text: string): Promise<Slow> {
  const socket = connect(port, host);
  const slow: Slow = { socket, received: '', closedAfter: undefined };
  const began = performance.now();
  socket.on('data', (chunk: Buffer) => {
    slow.received += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    slow.closedAfter = (performance.now() - began) / 1_000;
  });
  await once(socket, 'connect');
  socket.write(text);
  return slow;
}

it(
  `ends ${CONNECTIONS} connections a listener that send a byte a second, and serves the others`,
  { timeout: 40_000 },
  async () => {
    const stage = await Stage.start(FLAGS);
    const all: Slow[] = [];
    let drip: NodeJS.Timeout | undefined;
    try {
      const before = stage.resetPeak();
      for (const to of [stage.otlp, stage.metrics]) {
        for (let i = 0; i < CONNECTIONS; i += 1) all.push(await open(to, i % 2 === 0 ? HEAD : BODY));
      }
      drip = setInterval(() => {
        for (const { socket } of all) if (socket.writable) socket.write('x');
      }, 1_000);
      const well = toJson(requestOf(gaugeOf({ asInt: 1 })));
      expect((await post(stage.otlp, well, JSON_TYPE)).status).toBe(200);

      await vi.waitFor(() => expect(all.filter(({ closedAfter }) => closedAfter === undefined)).toEqual([]), 30_000);
      expect(Math.max(...all.map(({ closedAfter }) => closedAfter ?? Infinity))).toBeLessThan(MOST_SECONDS);
      // The metrics listener refuses a POST at once and waits for the rest of it in vain.
      const statuses = Map.groupBy(all, ({ received }) => /^HTTP\/1\.1 (\d+) /.exec(received)?.[1] ?? 'none');
      expect(new Set(statuses.keys())).toEqual(new Set(['405', '408']));
      expect(statuses.get('405')).toHaveLength(CONNECTIONS / 2);
      expect(stage.peak() - before).toBeLessThan(32);

      expect(await stage.condition()).toEqual(SOUND);
      const limits = { headerTime: CONNECTIONS, requestTime: CONNECTIONS };
      await vi.waitFor(async () => expect(await stage.limits()).toMatchObject(limits), 5_000);
    } finally {
      clearInterval(drip);
      for (const { socket } of all) socket.destroy();
      stage.stop();
    }
  },
);
