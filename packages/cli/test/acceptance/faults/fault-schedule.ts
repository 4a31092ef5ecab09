import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import type { FaultStage } from './fault-stage.ts';
import { Random } from './random.ts';

const LEAST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 1500;

/** When a fault and its consequences were there, in milliseconds of `performance.now()`. */
export interface FaultWindow {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Has faults happen one after the other until the time is up, each as often as the others, in an order and with times
 * that follow from the seed.
 *
 * @returns when each was
 * @throws {Error} that names the fault that did not go as expected
 */
export async function runFaults(
  stage: FaultStage,
  faults: readonly Fault[],
  seed: number,
  until: number,
): Promise<FaultWindow[]> {
  const order = new Random(seed);
  const windows: FaultWindow[] = [];
  for (let bag: Fault[] = []; performance.now() < until;) {
    if (bag.length === 0) bag = order.shuffled(faults);
    const fault = bag.pop();
    if (fault === undefined) break;
    // Each has numbers of its own, so that how many one draws changes nothing for the next.
    const random = new Random(order.below(2 ** 32));
    await wait(order.between(LEAST_PAUSE_MS, MOST_PAUSE_MS));
    const from = performance.now();
    try {
      await fault.run(stage, random);
    } catch (cause) {
      const log = stage.log.slice(-10).join('\n  ');
      throw new Error(`${fault.name}: ${(cause as Error).message}\nThe sidecar's last lines:\n  ${log}`, { cause });
    }
    windows.push({ name: fault.name, from, to: performance.now() });
  }
  return windows;
}
