import type { Conversation, Party, Weighted } from './conversation.ts';
import { emptyTally } from './expected.ts';
import type { Expected, Tally } from './expected.ts';
import { randomOf } from './random.ts';
import type { Random } from './random.ts';

/** What a load is to be. */
export interface LoadOptions {
  readonly port: number;
  /** Requests at the least, counting those that have certainly reached the server. */
  readonly requests: number;
  /** Conversations at once. */
  readonly concurrency: number;
  readonly seed: number;
  readonly conversations: readonly Weighted[];
}

/** Holds conversations with a server until enough requests are sent; resolves when the last has ended. */
export async function load({ port, requests, concurrency, seed, conversations }: LoadOptions): Promise<Tally> {
  const count = new Count();
  const choices = conversations.flatMap(([weight, conversation]) => Array<Conversation>(weight).fill(conversation));
  const hold = async (random: Random): Promise<void> => {
    const party: Party = { port, random, sent: (expected, times = 1) => count.add(expected, times) };
    while (count.all < requests) await random.of(choices)(party);
  };
  await Promise.all(Array.from({ length: concurrency }, (_, own) => hold(randomOf(seed + own))));
  return count.tally;
}

class Count {
  readonly tally: Tally = emptyTally();
  all = 0;

  add(expected: Expected, times: number): void {
    this.tally[expected] += times;
    this.all += times;
  }
}
