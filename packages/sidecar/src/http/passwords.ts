import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '../config/secret.ts';
import { BcryptThread } from './bcrypt-thread.ts';

/** Whether credentials are right; `busy` if too many wait for an answer already. */
export type Verdict = 'right' | 'wrong' | 'busy';

// Each is a tenth of a second of a core: who has no password may not keep those waiting that have one.
const MAX_PENDING = 16;
// Of one address: whoever guesses leaves room for others.
const MAX_PENDING_OF_ONE = 4;
// Of a password of more than 72 bytes, bcrypt sees the beginning: one user could have many right ones.
const MAX_REMEMBERED = 1_000;

/**
 * Checks names and passwords against bcrypt hashes. A pair that was right is remembered, as a keyed digest: the next
 * request with it costs a few microseconds. A wrong one costs its sender the same each time, whether the name is known
 * or not.
 */
export class Passwords {
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #thread: BcryptThread;
  readonly #key = randomBytes(32);
  readonly #right = new Set<string>();
  readonly #underWay = new Map<string, Promise<Verdict>>();
  readonly #pendingOf = new Map<string, number>();

  /** @param users bcrypt hashes by name; at least one */
  constructor(users: Readonly<Record<string, Secret>>, thread: BcryptThread = new BcryptThread()) {
    this.#hashes = new Map(Object.entries(users).map(([name, hash]) => [name, hash.read()]));
    this.#thread = thread;
  }

  /** @param from the address of who asks */
  check(name: string, password: string, from: string): Verdict | Promise<Verdict> {
    // The length keeps two pairs apart that are the same text when written one after the other.
    const id = createHmac('sha256', this.#key).update(`${name.length}:${name}${password}`).digest('base64');
    if (this.#right.has(id)) return 'right';
    const same = this.#underWay.get(id);
    if (same !== undefined) return same;
    const pending = this.#pendingOf.get(from) ?? 0;
    if (this.#thread.pending >= MAX_PENDING || pending >= MAX_PENDING_OF_ONE) return 'busy';
    this.#pendingOf.set(from, pending + 1);
    const verdict = this.#compare(id, name, password).finally(() => this.#done(id, from));
    this.#underWay.set(id, verdict);
    return verdict;
  }

  #done(id: string, from: string): void {
    this.#underWay.delete(id);
    const left = (this.#pendingOf.get(from) ?? 0) - 1;
    if (left > 0) this.#pendingOf.set(from, left);
    else this.#pendingOf.delete(from);
  }

  async #compare(id: string, name: string, password: string): Promise<Verdict> {
    const hash = this.#hashes.get(name);
    // Somebody's hash, so that a name that is not known takes as long.
    const [anyHash = ''] = this.#hashes.values();
    try {
      const matches = await this.#thread.compare(password, hash ?? anyHash);
      if (hash === undefined || !matches) return 'wrong';
      if (this.#right.size < MAX_REMEMBERED) this.#right.add(id);
      return 'right';
    } catch {
      return 'busy';
    }
  }
}
