// Asks for /healthz and /metrics by turns, 40 times a second, from a process of its own: what it waits for is the sidecar's
// and not the test's.
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';

const [base = '', sidecar = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const EVERY_MS = 25;
let times: number[] = [];
// The same without the time in which the sidecar or this process waited for a core that others had.
let ownTimes: number[] = [];
let failures: string[] = [];
let turn = 0;

function ask(): void {
  turn += 1;
  const path = turn % 2 === 0 ? '/healthz' : '/metrics';
  const began = performance.now();
  const waited = waitedForCore();
  const fail = (problem: string): void => void failures.push(`${path}: ${problem}`);
  const req = get(base + path, { agent }, (res) => {
    res.resume().on('end', () => {
      const time = performance.now() - began;
      times.push(time);
      ownTimes.push(Math.max(0, time - (waitedForCore() - waited)));
      if (res.statusCode !== 200) fail(String(res.statusCode));
    });
  });
  // A connection that was closed while it was idle is not a failure: one asks again, as Prometheus does.
  req.on('error', (error) => {
    if (!req.reusedSocket) fail(error.message);
  });
}

/** Milliseconds that the main threads of the sidecar and of this process have been ready to run and did not (Linux). */
function waitedForCore(): number {
  const nanoseconds = [sidecar, 'self'].map((pid) =>
    Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Infinity;
}

const timer = setInterval(ask, EVERY_MS);
process.on('message', () => {
  process.send?.({
    count: times.length,
    p99: p99(times),
    longest: Math.max(...times),
    ownP99: p99(ownTimes),
    failures,
  });
  times = [];
  ownTimes = [];
  failures = [];
});
process.on('disconnect', () => {
  clearInterval(timer);
  process.exit();
});
process.send?.('ready');
