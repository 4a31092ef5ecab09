import { serveParent } from '../harness/parent.ts';
import { loadSubject } from '../subjects/registry.ts';
import { seriesKeys } from '../subjects/series.ts';
import { Workload, recordEach } from '../subjects/workload.ts';
import { longestStretch } from './event-loop-turns.ts';
import type { Stretch } from './event-loop-turns.ts';
import { IDLE, createIdle } from './idle.ts';

/** Asks for one push: to see how long it holds the event loop, or what CPU time it takes in all. */
export type PushRequest = 'stretch' | 'sum';

/** What one push took in all, with what other threads did for it, in milliseconds. */
export interface PushSum {
  readonly cpu: number;
}

const [, , name, series, seed, socket] = process.argv;
const keys = seriesKeys(Number(series));
const workload = new Workload(keys.length, Number(seed));
const create = name === IDLE ? createIdle : await loadSubject(name);
const subject = create(keys, socket);
recordEach(subject, keys.length);

serveParent({}, async (request: PushRequest): Promise<Stretch | PushSum> => {
  // Requests go on between pushes.
  workload.record(subject, keys.length);
  const push = (): Promise<unknown> => subject.read!();
  return request === 'stretch' ? longestStretch(push) : { cpu: await cpuTime(push) };
});

async function cpuTime(work: () => Promise<unknown>): Promise<number> {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}
