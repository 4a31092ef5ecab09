import type { RoundContext } from '../harness/benchmark.ts';
import { Child, moduleFile } from '../harness/child.ts';
import { shuffle } from '../harness/shuffle.ts';
import type { Figures } from '../harness/within-rounds.ts';
import type { SubjectName } from '../subjects/registry.ts';
import { SERIES_COUNTS } from '../subjects/series.ts';
import type { RecordReply, RecordRequest } from './record-process.ts';

/** Those whose records are compared; the order is that of the table. */
export const RECORDERS: readonly SubjectName[] = [
  'outrider',
  'otel',
  'otel, the same histograms',
  'prom-client',
  'prom-client, labels()',
  'typed arrays',
];

/** Nanoseconds a record, by recorder; for each number of series. */
export type RecordRound = Readonly<Record<number, Figures>>;

/** Records that one makes before the next one has its turn. */
const SLICE = 50_000;

/**
 * Measures every recorder once, each in a fresh process: in one and the same, the code that they share (maps, sorting, the
 * garbage collector) would be compiled for all of them. They have their turns in short slices, in a new order each time.
 *
 * @throws {Error} if one has not recorded what it was given
 */
export async function measureRecords(context: RoundContext<'records' | 'warm-up'>): Promise<RecordRound> {
  const round: Record<number, Figures> = {};
  for (const series of SERIES_COUNTS) round[series] = await measureSeries(series, context);
  return round;
}

async function measureSeries(
  series: number,
  { counts, random, environment }: RoundContext<'records' | 'warm-up'>,
): Promise<Figures> {
  const file = moduleFile('record-process', import.meta.url);
  const runs = RECORDERS.map((name) => ({
    name,
    child: new Child(name, file, [name, String(series), String(counts.seed)], environment),
    cpuNanos: 0,
  }));
  const inSlices = async (records: number, measured: boolean): Promise<void> => {
    for (let left = records; left > 0; left -= SLICE) {
      for (const run of shuffle(runs, random)) {
        const { cpuNanos } = await ask(run.child, Math.min(left, SLICE));
        if (measured) run.cpuNanos += cpuNanos;
      }
    }
  };
  try {
    await Promise.all(runs.map(({ child }) => child.next()));
    await inSlices(counts['warm-up'], false);
    await inSlices(counts.records, true);
    for (const { child } of runs) await ask(child, 0);
    return Object.fromEntries(runs.map(({ name, cpuNanos }) => [name, cpuNanos / counts.records]));
  } finally {
    await Promise.all(runs.map(({ child }) => child.stop()));
  }
}

function ask(child: Child, records: number): Promise<RecordReply> {
  return child.ask<RecordReply>({ records } satisfies RecordRequest);
}
