import type { Snapshot } from '../snapshot.ts';

interface Making<Made> {
  of: Snapshot;
  readonly result: Promise<Made>;
}

/**
 * Makes something of a snapshot once, however many ask for it, and of one snapshot at a time: those who ask while an
 * earlier one is in the making share the next, which is of the latest snapshot that was asked for. So it never costs more
 * than one making after the other.
 */
export class OncePerSnapshot<Made> {
  readonly #make: (snapshot: Snapshot) => Promise<Made>;
  #last: Making<Made> | undefined;
  #next: Making<Made> | undefined;
  #making = false;

  constructor(make: (snapshot: Snapshot) => Promise<Made>) {
    this.#make = make;
  }

  /** What is made of this snapshot, or of one that is newer. */
  of(snapshot: Snapshot): Promise<Made> {
    if (this.#last?.of === snapshot) return this.#last.result;
    if (this.#next !== undefined) {
      this.#next.of = snapshot;
      return this.#next.result;
    }
    if (this.#last === undefined || !this.#making) return this.#begin(snapshot);
    const begin = (): Promise<Made> => {
      const latest = this.#next?.of ?? snapshot;
      this.#next = undefined;
      return this.#begin(latest);
    };
    this.#next = { of: snapshot, result: this.#last.result.then(begin, begin) };
    return this.#next.result;
  }

  /** Lets go of what was made of another snapshot, which nobody may ever ask for again. */
  forgetBut(snapshot: Snapshot): void {
    if (!this.#making && this.#last?.of !== snapshot) this.#last = undefined;
  }

  #begin(snapshot: Snapshot): Promise<Made> {
    this.#making = true;
    const result = this.#make(snapshot).finally(() => {
      this.#making = false;
    });
    this.#last = { of: snapshot, result };
    return result;
  }
}
