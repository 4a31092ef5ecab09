import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bench, SECOND, TestConnection } from './bench.ts';
import { GOODBYE, from, number } from './pushes.ts';

// What was counted is forgotten after five minutes without a push.
const LONGEST_MS = 290 * SECOND;

/** A process of one of two releases. */
class Process {
  readonly id: string;
  readonly release: string;
  counted = 0;
  /** What it counted up to its last push. */
  told = 0;

  constructor(at: number) {
    this.id = `p${at}`;
    this.release = `v${at % 2}`;
  }

  push(bench: Bench, of: Readonly<Record<string, string>> = {}): void {
    bench.push(this.resource(of));
    this.told = this.counted;
  }

  resource(of: Readonly<Record<string, string>> = {}): ReturnType<typeof from> {
    return from(this.id, [number('calls', 'counter', [[this.counted, { 'service.version': this.release }]])], of);
  }
}

const acts = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('work' as const) },
      { weight: 1, arbitrary: fc.constantFrom('start' as const, 'end' as const, 'die' as const, 'pause' as const) },
    ),
    fc.nat(7),
  ),
  { size: 'max', maxLength: 80 },
);

describe('processes that start, end, fall silent and come back in any order', () => {
  it('are counted once each, and nothing that a slot counts ever falls', () => {
    fc.assert(
      fc.property(acts, (script) => {
        const bench = new Bench(1000);
        const all = [0, 1, 2].map((at) => new Process(at));
        const running = [...all];
        let before: Record<string, number>[] = [];
        for (const [act, choice] of script) {
          const process = running[choice % running.length];
          if (act === 'start' || process === undefined) {
            const next = new Process(all.length);
            all.push(next);
            running.push(next);
          } else if (act === 'end') {
            process.push(bench, GOODBYE);
            running.splice(running.indexOf(process), 1);
          } else if (act === 'die') {
            const connection = new TestConnection();
            bench.pushOver(connection, process.resource());
            process.told = process.counted;
            connection.close();
            bench.now = Math.min(bench.now + SECOND, LONGEST_MS);
            running.splice(running.indexOf(process), 1);
          } else if (act === 'pause') {
            // Those that push after it are alive, the others are given up: their slots are free.
            bench.now = Math.min(bench.now + 16 * SECOND, LONGEST_MS);
          } else {
            process.counted += 1 + choice;
            process.push(bench);
          }
          const now = bench.counts('calls');
          for (const [slot, counts] of before.entries()) {
            for (const [series, value] of Object.entries(counts)) {
              expect(now[slot]?.[series]).toBeGreaterThanOrEqual(value);
            }
          }
          before = now;
          const total = now.flatMap((counts) => Object.values(counts)).reduce((sum, one) => sum + one, 0);
          expect(total).toBe(all.reduce((sum, { told }) => sum + told, 0));
        }
      }),
      { numRuns: 200 },
    );
  });
});
