import { describe, expect, it } from 'vitest';
import { Stretches } from '../../src/outlets/stretches.ts';

describe('stretches of work', () => {
  it('end after 10 ms, and what happens in between is not counted', async () => {
    let now = 100;
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      // Something else takes its time.
      now += 1000;
    };
    const stretches = new Stretches(() => now);
    setImmediate(turn);
    now += 9;
    await stretches.rest();
    expect([turns, stretches.spent()]).toEqual([0, 9]);
    now += 1;
    await stretches.rest();
    expect([turns, stretches.spent()]).toEqual([1, 10]);
    now += 4;
    await stretches.rest();
    expect([turns, stretches.spent()]).toEqual([1, 14]);
  });
});
