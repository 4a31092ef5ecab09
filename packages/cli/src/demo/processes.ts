import { Child } from './process.ts';
import type { Program } from './process.ts';
import { DemoError } from './demo-error.ts';

/** Who is told what runs, so that it can end it when the demo itself cannot. */
export interface Watcher {
  watch(child: Child): void;
  forget(child: Child): void;
}

/** Everything the demo started, in its order; ended in the reverse order. */
export class Processes {
  readonly #watcher: Watcher | undefined;
  readonly #children: Child[] = [];
  readonly #unexpected = Promise.withResolvers<DemoError>();
  #stopping = false;

  constructor(watcher?: Watcher) {
    this.#watcher = watcher;
  }

  /** Resolves with what to tell the reader, when a child ends that nobody asked to. */
  get unexpectedEnd(): Promise<DemoError> {
    return this.#unexpected.promise;
  }

  /** Starts a program that is to run as long as the demo does. */
  async start(program: Program): Promise<Child> {
    const child = await this.#spawn(program);
    void this.#expectNoEnd(child);
    return child;
  }

  /** Runs a program to its end. @throws {DemoError} with its last words if it fails */
  async run(program: Program): Promise<void> {
    const child = await this.#spawn(program);
    const how = await child.exited;
    if (how !== 'code 0') throw child.failure(`failed (${how})`);
  }

  /** Ends every child, the last started first, each one gone before the next is asked. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (let child = this.#children.at(-1); child !== undefined; child = this.#children.at(-1)) await this.end(child);
  }

  /** Ends one child. */
  async end(child: Child): Promise<void> {
    await child.stop();
    this.#forget(child);
  }

  /** Ends every child at once. */
  kill(): void {
    this.#stopping = true;
    for (const child of this.#children) child.kill();
  }

  async #expectNoEnd(child: Child): Promise<void> {
    const how = await child.exited;
    if (!child.ending) this.#unexpected.resolve(child.failure(`ended by itself (${how})`));
  }

  async #spawn(program: Program): Promise<Child> {
    if (this.#stopping) throw new DemoError('The demo is being stopped.');
    const child = await Child.start(program);
    this.#children.push(child);
    this.#watcher?.watch(child);
    void child.exited.then(() => this.#forget(child));
    // Stopped while this one was being started: it came too late for stop() to see it.
    if (this.#stopping) await this.end(child);
    return child;
  }

  #forget(child: Child): void {
    const index = this.#children.indexOf(child);
    if (index === -1) return;
    this.#children.splice(index, 1);
    this.#watcher?.forget(child);
  }
}
