import { connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import { malformedKinds, malformedRequests } from './malformed-requests.ts';
import type { Malformed } from './malformed-requests.ts';
import { Random } from './random.ts';
import { SCALE, SEED, SOUND, Stage } from './stage.ts';
import type { Port } from './stage.ts';

// On each of two listeners.
const COUNT = 5_000 * SCALE;
const AT_ONCE = 32;
// From a sidecar that has just started: its code is compiled meanwhile.
const MOST_MEBIBYTES = 64;

/** Sends bytes as they are and gives all that comes back until the other side closes. */
function sendRaw({ host, port }: Port, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.end(text, 'latin1');
  });
}

function statusesOf(received: string): number[] {
  const found = [...received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
  return found.length === 0 ? [0] : found;
}

it(
  `refuses ${COUNT} malformed requests on each listener within 64 MiB, and answers scrapes meanwhile`,
  { timeout: 60_000 * SCALE },
  async () => {
    const stage = await Stage.start();
    try {
      // One of each, since a thousand of the same say no more.
      const wrong = new Map<string, string>();
      const before = stage.resetPeak();
      const torture = async (to: Port, name: string, requests: Iterator<Malformed>): Promise<void> => {
        for (let next = requests.next(); next.done !== true; next = requests.next()) {
          const { kind, text, statuses } = next.value;
          const answered = statusesOf(await sendRaw(to, text));
          if (!answered.every((status) => statuses.includes(status))) {
            wrong.set(`${name} answered ${answered.join()} to ${kind}`, text.slice(0, 200));
          }
        }
      };
      for (const [name, to] of [
        ['OTLP', stage.otlp],
        ['metrics', stage.metrics],
      ] as const) {
        const requests = malformedRequests(COUNT, new Random(SEED));
        await Promise.all(Array.from({ length: AT_ONCE }, () => torture(to, name, requests)));
      }
      expect(wrong, `seed ${SEED}`).toEqual(new Map());
      expect(stage.peak() - before).toBeLessThan(MOST_MEBIBYTES);
      expect(await stage.condition()).toEqual(SOUND);
      // Three kinds of heads are too long; some counts are those of the last collection.
      const tooLong = 3 * 2 * Math.floor(COUNT / malformedKinds.length);
      await vi.waitFor(async () => expect((await stage.limits()).headerBytes).toBeGreaterThanOrEqual(tooLong), 5_000);
    } finally {
      stage.stop();
    }
  },
);
