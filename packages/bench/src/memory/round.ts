import type { RoundContext } from '../harness/benchmark.ts';
import { Child, moduleFile } from '../harness/child.ts';
import { shuffle } from '../harness/shuffle.ts';
import type { Figures } from '../harness/within-rounds.ts';
import type { SubjectName } from '../subjects/registry.ts';
import type { SeriesMemory } from './series-process.ts';
import type { StartMemory } from './start-process.ts';
import { starts } from './starts.ts';

/** Those whose series are compared; the order is that of the table. */
export const RECORDERS: readonly SubjectName[] = ['outrider', 'otel', 'otel, the same histograms', 'prom-client'];

/** What is started beside a bare server; the order is that of the table. */
export const STARTS: readonly string[] = Object.keys(starts);

/** Figures of one round, in bytes. */
export interface MemoryRound {
  /** Of one series that has a value, by recorder. */
  readonly recorded: Figures;
  /** Of one series that has been read, too. */
  readonly read: Figures;
  /** Resident memory of a process that has just started, by what is in it. */
  readonly resident: Figures;
}

const FLAGS = ['--expose-gc'];

/** Measures every recorder and every start once, each in a fresh process and one after the other. */
export async function measureMemory(context: RoundContext<'series'>): Promise<MemoryRound> {
  const { counts, random, socket } = context;
  const recorded: Record<string, number> = {};
  const read: Record<string, number> = {};
  for (const name of shuffle(RECORDERS, random)) {
    const memory = await say<SeriesMemory>('series-process', [name, String(counts.series), socket], context);
    recorded[name] = memory.recorded / counts.series;
    read[name] = memory.read / counts.series;
  }
  const resident: Record<string, number> = {};
  for (const name of shuffle(STARTS, random)) {
    resident[name] = (await say<StartMemory>('start-process', [name], context)).resident;
  }
  return { recorded, read, resident };
}

// What a process says when it is ready is all there is to know.
async function say<Reply>(
  file: string,
  parameters: readonly string[],
  { environment }: Pick<RoundContext<never>, 'environment'>,
): Promise<Reply> {
  const child = new Child(parameters[0]!, moduleFile(file, import.meta.url), parameters, environment, FLAGS);
  try {
    return await child.next<Reply>();
  } finally {
    await child.stop();
  }
}
