import { describe, expect, it } from 'vitest';
import { samplesOf } from '../exposition.ts';
import { ForwardBalance } from './forward-balance.ts';
import { Monotonic } from './monotonic.ts';
import { Random } from './random.ts';

describe('what a fault run looks for', () => {
  it('is a counter or a part of a histogram that goes back, until it may', () => {
    const monotonic = new Monotonic();
    const look = (value: number): string[] => {
      const text = `# TYPE a_total counter\na_total{x="1"} ${value}\n# TYPE b histogram\nb_count ${value}\n# TYPE c gauge\nc ${value}\n`;
      return monotonic.look(text, samplesOf(text));
    };
    expect(look(5)).toEqual([]);
    expect(look(4)).toEqual(['a_total{"x":"1"} went back from 5 to 4', 'b_count{} went back from 5 to 4']);
    monotonic.forget('a_');
    expect(look(3)).toEqual(['b_count{} went back from 4 to 3']);
  });

  it('is what was to be forwarded and is nowhere', () => {
    const text = (sent: number): string =>
      [
        'outrider_forward_accepted_total{backend="x",source="application"} 9',
        'outrider_forward_accepted_total{backend="x",source="spool"} 1',
        `outrider_forward_sent_total{backend="x"} ${sent}`,
        'outrider_forward_queued{backend="x"} 2',
        'outrider_forward_dropped_total{backend="x",reason="queue_full"} 1',
      ].join('\n');
    const balance = new ForwardBalance();
    expect(balance.look(samplesOf(text(7)))).toEqual([]);
    expect(balance.look(samplesOf(text(6)))).toEqual(['x: accepted 10, but sent 6, queued 2, dropped 1']);
  });

  it('is the same schedule for the same seed', () => {
    const draw = (seed: number): unknown[] => {
      const random = new Random(seed);
      return [random.shuffled([1, 2, 3, 4, 5]), random.between(2, 3), random.below(1000)];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
