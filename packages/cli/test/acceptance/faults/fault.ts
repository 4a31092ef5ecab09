import type { FaultStage } from './fault-stage.ts';
import type { Random } from './random.ts';

/** Something that goes wrong, is seen, and is over. */
export interface Fault {
  readonly name: string;
  /**
   * Makes it happen, expects it to be seen in time, undoes it, and expects all to be well again in time. Draws the same
   * from `random` whatever happens, so that a seed is a schedule.
   *
   * @throws {Error} that says what was not as expected
   */
  run(stage: FaultStage, random: Random): Promise<void>;
  /** What the sidecar logs of it, at least once in a run, if anything. */
  readonly logged?: RegExp;
}

/** One push interval and a collection, on a machine that has much else to do. */
export const RECOVERY_MS = 3_000;

/** In which a fault must be seen. */
export const SEEN_MS = 5_000;
