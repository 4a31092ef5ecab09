import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { SlowLogLimiter } from '../src/slow-log.ts';

/** How many of `count` entries at each of the times are let through. */
function admitted(limiter: SlowLogLimiter, times: readonly number[], count: number): number[] {
  return times.map(
    (now) => Array.from({ length: count }, () => limiter.admit(now)).filter((n) => n !== undefined).length,
  );
}

describe('SlowLogLimiter', () => {
  test('lets ten through at once and ten a second after', () => {
    const limiter = new SlowLogLimiter(0);
    expect(admitted(limiter, [0, 500, 1000, 1100, 60_000], 30)).toEqual([10, 5, 5, 1, 10]);
  });

  test('in the long run ten a second, however the entries fall', () => {
    const limiter = new SlowLogLimiter(0);
    let through = 0;
    for (let now = 0; now < 60_000; now += 7) if (limiter.admit(now) !== undefined) through++;
    expect(through).toBeGreaterThanOrEqual(600);
    expect(through).toBeLessThanOrEqual(610);
  });

  test('a slow trickle loses nothing', () => {
    const limiter = new SlowLogLimiter(0);
    for (let now = 0; now < 60_000; now += 101) expect(limiter.admit(now)).toBe(0);
    expect(limiter.suppressedTotal).toBe(0);
  });

  test('the next entry tells how many were left out, once', () => {
    const limiter = new SlowLogLimiter(0);
    admitted(limiter, [0], 25);
    expect(limiter.suppressedTotal).toBe(15);
    expect(limiter.admit(200)).toBe(15);
    expect(limiter.admit(200)).toBe(0);
    admitted(limiter, [200], 3);
    expect(limiter.suppressedTotal).toBe(18);
    expect(limiter.admit(300)).toBe(3);
  });
});

const entry = {
  time: '2026-01-02T03:04:05.678Z', level: 'warn', msg: 'slow request', method: 'GET', route: '/line\nbreak/:id',
  status: 200, outcome: 'completed', duration_ms: 3001.5, request_id: 'r-1',
}; // oxfmt-ignore

test('the default sink writes one line of JSON to stderr and nothing to stdout', () => {
  const module = JSON.stringify(new URL('../src/slow-log.ts', import.meta.url).href);
  const script = `import { writeSlowLog } from ${module}; writeSlowLog(${JSON.stringify(entry)});`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  expect(stderr.endsWith('\n')).toBe(true);
  expect(stderr.slice(0, -1)).not.toMatch('\n');
  expect(JSON.parse(stderr)).toEqual(entry);
});
