import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { MAIN } from '../../../src/demo/layout.ts';

// The shipped rules, with times below an hour a twentieth of what they are: a minute and a half instead of more than 20 minutes.
const HURRY = 20;

const TIME = String.raw`[\d.]+ (?:s|min \d+ s) \(without haste .*\)`;

it(
  'has the right alert fire for everything that goes wrong, and none in calm or of the sound application',
  { timeout: 240_000 },
  async () => {
    const args = [MAIN, 'demo', 'regression', '--hurry', String(HURRY), '--prometheus-port', '0'];
    // Whatever the exit code: what it printed says why.
    const { stdout, code } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, DATABASE_URL: '' },
    }).then(
      (ended) => ({ stdout: ended.stdout, code: 0 }),
      (error: unknown) => error as { stdout: string; code: number },
    );

    expect(stdout).toContain('Calm is over: no alert fired');
    for (const alert of [
      'ReleaseRegression',
      'LatencyRegression',
      'MemoryJump',
      'DbPoolExhausted',
      'CacheHitRateLow',
    ]) {
      expect(stdout).toMatch(new RegExp(String.raw`^ {2}${alert} .* ${TIME}$`, 'm'));
    }
    expect(stdout).not.toContain('should have fired');
    expect(stdout).not.toContain('should not have fired');
    expect(code).toBe(0);
  },
);
