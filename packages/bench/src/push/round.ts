import type { RoundContext } from '../harness/benchmark.ts';
import { Child, moduleFile } from '../harness/child.ts';
import { shuffle } from '../harness/shuffle.ts';
import { SERIES_COUNTS } from '../subjects/series.ts';
import type { Stretch } from './event-loop-turns.ts';
import { IDLE } from './idle.ts';
import type { PushRequest, PushSum } from './push-process.ts';
import { Relay } from './relay.ts';

/** Who pushes; the order is that of the table. */
export const PUSHERS: readonly string[] = ['outrider', 'otel, the same histograms', IDLE];

/** What the pushes of one process came to. Times are milliseconds. */
export interface Pushes {
  readonly name: string;
  readonly series: number;
  /** How long the first push held the event loop: it writes what the later ones have in store. */
  readonly first: Stretch;
  /** How long each of the later ones did. */
  readonly stretches: readonly Stretch[];
  /** What each of as many more took in all. */
  readonly sums: readonly PushSum[];
  /** Of one push, with its HTTP headers. */
  readonly bytes: number;
}

/** Measures every pusher at every number of series once, each in a fresh process and one after the other. */
export async function measurePushes(context: RoundContext<'pushes'>): Promise<readonly Pushes[]> {
  const cases = SERIES_COUNTS.flatMap((series) => PUSHERS.map((name) => ({ name, series })));
  const measured: Pushes[] = [];
  for (const { name, series } of shuffle(cases, context.random)) measured.push(await measureOne(name, series, context));
  return measured;
}

async function measureOne(
  name: string,
  series: number,
  { counts, environment, socket }: RoundContext<'pushes'>,
): Promise<Pushes> {
  const relay = await Relay.start(socket);
  const parameters = [name, String(series), String(counts.seed), relay.socket];
  const child = new Child(name, moduleFile('push-process', import.meta.url), parameters, environment);
  const push = <Reply>(request: PushRequest): Promise<Reply> => child.ask<Reply>(request);
  const inTurn = async <Reply>(request: PushRequest): Promise<Reply[]> => {
    const replies: Reply[] = [];
    while (replies.length < counts.pushes) replies.push(await push(request));
    return replies;
  };
  try {
    await child.next();
    const first = await push<Stretch>('stretch');
    const stretches = await inTurn<Stretch>('stretch');
    const sums = await inTurn<PushSum>('sum');
    const pushes = 1 + stretches.length + sums.length;
    if (name !== IDLE && relay.accepted < pushes) {
      throw new Error(`The sidecar accepted ${relay.accepted} of ${pushes} pushes (${name}).`);
    }
    return { name, series, first, stretches, sums, bytes: relay.bytes / Math.max(1, relay.accepted) };
  } finally {
    await child.stop();
    await relay.close();
  }
}
