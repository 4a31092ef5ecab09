import { reportRound, runCommand } from './command.ts';
import { describeEnvironment, environmentLine, measuredEnvironment } from './environment.ts';
import { readFlags, usage } from './flags.ts';
import type { CountFlag } from './flags.ts';
import { startReceiver } from './receiver.ts';
import { seededRandom } from './shuffle.ts';
import type { Random } from './shuffle.ts';

/** What every benchmark of rounds asks for. */
const ROUNDS = 'rounds';
const SEED = 'seed';

/** What a round works with. */
export interface RoundContext<Name extends string> {
  readonly counts: Readonly<Record<Name | typeof ROUNDS | typeof SEED, number>>;
  readonly random: Random;
  /** Of the processes that are measured. */
  readonly environment: NodeJS.ProcessEnv;
  /** The sidecar's socket. */
  readonly socket: string;
}

/** A benchmark of several rounds. */
export interface Benchmark<Name extends string, Round> {
  /** How npm calls it. */
  readonly script: string;
  /** What it measures, in a sentence. */
  readonly title: string;
  /** Rounds by default. */
  readonly rounds: number;
  readonly flags: Readonly<Record<Name, CountFlag>>;
  measure(context: RoundContext<Name>): Promise<Round>;
  /** Writes the rounds as a table. */
  render(rounds: readonly Round[]): string;
}

/** Runs a benchmark as a command, beside a sidecar. */
export function runBenchmark<Name extends string, Round>(benchmark: Benchmark<Name, Round>): Promise<void> {
  const flags: Record<string, CountFlag> = {
    [ROUNDS]: { default: benchmark.rounds, help: 'rounds; everything is measured once in each' },
    ...benchmark.flags,
    [SEED]: { default: 1, help: 'chooses values and orders' },
  };
  return runCommand(async (parameters) => {
    const { counts, json, help } = readFlags(flags, parameters);
    if (help) return usage(benchmark.script, benchmark.title, flags);
    const rounds = await measureRounds(benchmark, counts as RoundContext<Name>['counts']);
    const environment = describeEnvironment();
    if (json) return `${JSON.stringify({ environment, settings: counts, rounds }, undefined, 2)}\n`;
    const settings = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
    return `${benchmark.render(rounds)}\n\n${environmentLine(environment)}; ${settings.join(', ')}\n`;
  });
}

async function measureRounds<Name extends string, Round>(
  benchmark: Benchmark<Name, Round>,
  counts: RoundContext<Name>['counts'],
): Promise<Round[]> {
  const random = seededRandom(counts[SEED]);
  const receiver = await startReceiver();
  const { socket } = receiver;
  try {
    const environment = measuredEnvironment(process.env, socket);
    const rounds: Round[] = [];
    while (rounds.length < counts[ROUNDS]) {
      reportRound(rounds.length + 1, counts[ROUNDS]);
      rounds.push(await benchmark.measure({ counts, random, environment, socket }));
    }
    return rounds;
  } finally {
    await receiver.close();
  }
}
