import type { RoundContext } from '../harness/benchmark.ts';
import { Child, moduleFile } from '../harness/child.ts';
import type { Figures } from '../harness/within-rounds.ts';
import type { LoadReply, ServerReady } from '../overhead/messages.ts';
import type { SubjectName } from '../subjects/registry.ts';
import { siteName } from './own-files.ts';
import type { RecorderAllocations } from './recorder-process.ts';
import type { SamplingRequest, ServerAllocations } from './server-process.ts';

/** Those whose records are compared; the order is that of the table. */
export const RECORDERS: readonly SubjectName[] = ['outrider, requests made', 'otel', 'prom-client', 'typed arrays'];

/** The variants of Express that are compared, by the names that the overhead benchmark gives them. */
export const VARIANTS: readonly string[] = ['bare', 'outrider', 'prom-client', 'otel'];

/** Figures of one round, in bytes. */
export interface AllocationRound {
  /** Of a record, by recorder: by samples, and by the growth of the heap. */
  readonly sampled: Figures;
  readonly grown: Figures;
  /** Of a request, by variant: by everything in the process, and by Outrider's own files. */
  readonly all: Figures;
  readonly own: Figures;
  /** Of a request, by function of Outrider's. */
  readonly sites: Figures;
}

type Context = RoundContext<'records' | 'requests' | 'warm-up'>;

const SERIES = 160;
const CONNECTIONS = 24;

/**
 * So much fits between two collections that none is needed; and code is compiled when it is due, not when the machine has
 * time for it: code that is not compiled yet boxes every number.
 */
const FLAGS = [
  '--expose-gc',
  '--min-semi-space-size=128',
  '--max-semi-space-size=128',
  '--no-concurrent-recompilation',
];

/** Longer than a round: what a push allocates is no request's. */
const PUSH_INTERVAL_MS = 600_000;

/** Samples every recorder and every variant once, each in a fresh process and one after the other. */
export async function measureAllocations(context: Context): Promise<AllocationRound> {
  const { records, requests } = context.counts;
  const sampled: Record<string, number> = {};
  const grown: Record<string, number> = {};
  const all: Record<string, number> = {};
  const own: Record<string, number> = {};
  const sites: Record<string, number> = {};
  for (const name of RECORDERS) {
    const allocations = await measureRecorder(name, context);
    sampled[name] = allocations.sampled / records;
    grown[name] = allocations.grown / records;
  }
  for (const variant of VARIANTS) {
    const allocations = await measureVariant(variant, context);
    all[variant] = allocations.all / requests;
    own[variant] = 0;
    for (const site of allocations.own) {
      own[variant] += site.bytes / requests;
      if (variant === 'outrider') sites[siteName(site)] = site.bytes / requests;
    }
  }
  return { sampled, grown, all, own, sites };
}

/** Samples one recorder in a fresh process. */
export async function measureRecorder(
  name: SubjectName,
  { counts, environment }: Pick<RoundContext<'records'>, 'counts' | 'environment'>,
): Promise<RecorderAllocations> {
  const parameters = [name, String(SERIES), String(counts.seed), String(counts.records)];
  const child = new Child(name, moduleFile('recorder-process', import.meta.url), parameters, environment, FLAGS);
  try {
    return await child.next<RecorderAllocations>();
  } finally {
    await child.stop();
  }
}

async function measureVariant(variant: string, { counts, environment }: Context): Promise<ServerAllocations> {
  const server = new Child(variant, moduleFile('server-process', import.meta.url), [variant], {
    ...environment,
    OTEL_METRIC_EXPORT_INTERVAL: String(PUSH_INTERVAL_MS),
  });
  let load: Child | undefined;
  try {
    const { port } = await server.next<ServerReady>();
    const file = moduleFile('../overhead/load/load-process', import.meta.url);
    load = new Child(`The load (${variant})`, file, [String(port), String(CONNECTIONS)], environment);
    await load.next();
    await load.ask<LoadReply>({ requests: counts['warm-up'] });
    await server.ask('begin' satisfies SamplingRequest);
    await load.ask<LoadReply>({ requests: counts.requests });
    return await server.ask<ServerAllocations>('end' satisfies SamplingRequest);
  } finally {
    await load?.stop();
    await server.stop();
  }
}
