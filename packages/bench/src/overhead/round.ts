import { shuffle } from '../harness/shuffle.ts';
import type { Random } from '../harness/shuffle.ts';
import type { FrameworkName } from './frameworks/registry.ts';
import type { Round } from './run.ts';
import { Runner } from './runner.ts';
import { variantsOf } from './settings.ts';
import type { Settings } from './settings.ts';

/** Requests that a variant is sent before the next one has its turn: a tenth of a second or so. */
const SLICE = 2000;

/**
 * Runs every variant once, each in fresh processes. They all stand ready and have their turns in short slices, in a new
 * order each time: a machine that gets slower or faster does so for all of them.
 *
 * @throws {Error} if a process fails, or a variant has not done what it is there for
 */
export async function runRound(
  framework: FrameworkName,
  settings: Settings,
  random: Random,
  environment: NodeJS.ProcessEnv,
): Promise<Round> {
  const runners = variantsOf(framework, settings).map((variant) => new Runner(framework, variant, environment));
  const inSlices = async (requests: number, take: (runner: Runner, part: number) => Promise<void>): Promise<void> => {
    for (let left = requests; left > 0; left -= SLICE) {
      for (const runner of shuffle(runners, random)) await take(runner, Math.min(left, SLICE));
    }
  };
  try {
    await Promise.all(runners.map((runner) => runner.start(settings.connections, environment)));
    await inSlices(settings.warmUp, (runner, part) => runner.warmUp(part));
    await inSlices(settings.requests, (runner, part) => runner.measure(part));
    const runs = await Promise.all(runners.map((runner) => runner.result()));
    return new Map(runs.map((run) => [run.variant, run]));
  } finally {
    await Promise.all(runners.map((runner) => runner.stop()));
  }
}
