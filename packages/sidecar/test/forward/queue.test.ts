import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { RequestQueue } from '../../src/forward/queue.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function filled(queue: RequestQueue): WeakRef<Uint8Array>[] {
  return Array.from({ length: 100 }, () => {
    const body = new Uint8Array(1_000);
    queue.push({ body, gzip: false, points: 1 });
    return new WeakRef(body);
  });
}

it('holds on to nothing that was taken', async () => {
  const queue = new RequestQueue();
  const bodies = filled(queue);
  for (let i = 0; i < 40; i += 1) queue.shift();
  // A reference that was just made keeps its object until the turn ends.
  await nextTurn();
  collectGarbage();
  const held = bodies.filter((body) => body.deref() !== undefined).length;
  expect({ held, length: queue.length }).toEqual({ held: 60, length: 60 });
});
