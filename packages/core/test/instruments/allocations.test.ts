import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const PROGRAM = `
import { Observer } from './packages/core/src/index.ts';

const observer = new Observer({ environment: {}, push: false, runtime: false });
const attributes = { channel: 'web' };
const orders = observer.counter('orders').bind(attributes);
const stock = observer.gauge('stock').bind(attributes);
const basket = observer.histogram('basket').bind(attributes);
const plain = observer.counter('plain');
const runs = {
  counter: (at) => orders.add(at / 2),
  gauge: (at) => stock.set(at / 2),
  histogram: (at) => basket.record(at / 2),
  plain: (at) => plain.add(at / 2),
  attributes: (at) => plain.add(1, attributes),
};
const CALLS = 100_000;
// Until a call has been compiled for good, each number that is handed to it may be one on the heap: the least counts.
const ROUNDS = 5;
const bytes = {};
for (const [name, run] of Object.entries(runs)) {
  bytes[name] = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < CALLS; at++) run(at);
    bytes[name] = Math.min(bytes[name], (process.memoryUsage().heapUsed - before) / CALLS);
  }
}
console.log(JSON.stringify(bytes));
`;

test('what is bound, or has no attributes, allocates nothing', { timeout: 60_000 }, () => {
  // Room for all that the calls could allocate, so that no collection takes it away before it is looked at.
  const flags = ['--expose-gc', '--max-semi-space-size=512', '--min-semi-space-size=512', '--input-type=module'];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--eval', PROGRAM], {
    cwd: new URL('../../../..', import.meta.url),
    encoding: 'utf8',
  });
  expect(stderr.replace(/^.*Warning.*\n.*\n/gm, '')).toBe('');
  const bytes = JSON.parse(stdout) as Record<string, number>;
  // Compiling a function takes some bytes too; a number on the heap would be 12 or 16 a call.
  for (const name of ['counter', 'gauge', 'histogram', 'plain']) expect(bytes[name], name).toBeLessThan(6);
  // What the test would see.
  expect(bytes['attributes']).toBeGreaterThan(100);
});
