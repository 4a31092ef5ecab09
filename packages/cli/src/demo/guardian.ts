import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Child } from './process.ts';
import type { Watcher } from './processes.ts';
import { builtProgram } from './layout.ts';

/** What the guardian is told. */
export type GuardianMessage = { readonly watch: number; readonly signal: NodeJS.Signals } | { readonly forget: number };

/**
 * A small process beside the demo that outlives it just long enough: where the demo itself is killed and can clean up
 * nothing, the guardian ends the children and removes the folder.
 */
export class Guardian implements Watcher {
  readonly #process: ChildProcess;

  /** @param folder the temporary folder, removed when the demo is gone */
  constructor(folder: string) {
    this.#process = fork(builtProgram('guardian-program'), [folder], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  watch(child: Child): void {
    this.#tell({ watch: child.pid, signal: child.stopSignal });
  }

  forget(child: Child): void {
    this.#tell({ forget: child.pid });
  }

  /** Lets it clean up what is left, and waits until it is gone. */
  async release(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    await gone;
  }

  #tell(message: GuardianMessage): void {
    // Without its guardian the demo still cleans up after itself in every case but its own sudden death.
    if (this.#process.connected) this.#process.send(message, () => {});
  }
}
