/** Something that is done with a disk. Never rejects. */
export type DiskStep = () => Promise<void>;

/** What {@link DiskWork} is given. */
export interface DiskWorkOptions {
  /** What is to be done next; undefined if there is nothing. */
  readonly next: () => DiskStep | undefined;
  /** Milliseconds that a step may take until the disk is said to hang. */
  readonly deadlineMs: number;
  readonly onHang: () => void;
}

/**
 * Works with a disk, one step after the other. A dead mount can hold a step for ever: then nothing else is asked of the
 * disk, since each would hold another thread, and whoever it is done for can go on without it until the step has ended.
 */
export class DiskWork {
  readonly #options: DiskWorkOptions;
  #busy = false;
  #hangs = false;
  #done: Promise<void> = Promise.resolve();

  constructor(options: DiskWorkOptions) {
    this.#options = options;
  }

  /** Whether the step that is under way takes too long. */
  get hangs(): boolean {
    return this.#hangs;
  }

  /** Resolves when there was nothing to do any more. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Does what there is to do, unless that is under way. */
  start(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#done = this.#steps();
  }

  async #steps(): Promise<void> {
    const { next } = this.#options;
    // Nothing comes between the last step, the finding that there is none, and the end: so no call of `start` is missed.
    for (let step = next(); step !== undefined; step = next()) await this.#watched(step);
    this.#busy = false;
  }

  async #watched(step: DiskStep): Promise<void> {
    const { deadlineMs, onHang } = this.#options;
    const deadline = setTimeout(() => {
      this.#hangs = true;
      onHang();
    }, deadlineMs).unref();
    await step();
    clearTimeout(deadline);
    this.#hangs = false;
  }
}
