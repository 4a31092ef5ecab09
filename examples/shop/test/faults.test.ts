import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Faults } from '../src/faults.ts';

describe('faults', () => {
  it('are there from their time on, or until their end', async () => {
    const faults = new Faults('slow-reports@0,leak@0-0.05,hold-pool@60');
    expect(['slow-reports', 'leak', 'hold-pool', 'lose-cache'].map((each) => faults.isOn(each as 'leak'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    await sleep(60);
    expect([faults.isOn('slow-reports'), faults.isOn('leak')]).toEqual([true, false]);
  });

  it('begin and end what goes on by itself', async () => {
    const seen: string[] = [];
    const began = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const stop = new Faults('leak@0.01-0.03').onChange('leak', () => {
      seen.push('begin');
      began.resolve();
      return () => {
        seen.push('end');
        ended.resolve();
      };
    });
    // The timers of faults keep no process alive.
    const alive = setInterval(() => {}, 1000);
    await began.promise;
    await ended.promise;
    clearInterval(alive);
    stop();
    expect(seen).toEqual(['begin', 'end']);
  });

  it.each(['leek@1', 'leak', 'leak@soon', 'leak@1-', 'leak@1,'])('%s is refused', (text) => {
    expect(() => new Faults(text)).toThrow(/^SHOP_FAULTS has ".*": expected one of slow-reports, /);
  });
});
