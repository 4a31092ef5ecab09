import type { Expected } from './expected.ts';
import type { Random } from './random.ts';

/** What a client has to hold a conversation with. */
export interface Party {
  readonly port: number;
  readonly random: Random;
  /** Notes requests that have certainly reached the server. */
  sent(expected: Expected, count?: number): void;
}

/** One connection and all that is said on it. */
export type Conversation = (party: Party) => Promise<void>;

/** How often one is held, beside the others. */
export type Weighted = readonly [weight: number, conversation: Conversation];
