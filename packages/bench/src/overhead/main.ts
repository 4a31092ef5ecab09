import { compare } from './comparison.ts';
import { describeEnvironment, measuredEnvironment } from './environment.ts';
import { startReceiver } from './receiver.ts';
import { runRound } from './round.ts';
import type { Round } from './run.ts';
import { USAGE, readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { seededRandom } from './shuffle.ts';
import { renderTable } from './table.ts';

// The measured processes end when this one does.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  const settings = readSettings(process.argv.slice(2));
  process.stdout.write(settings.help ? USAGE : await measure(settings));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function measure(settings: Settings): Promise<string> {
  const rounds = await measureRounds(settings);
  const comparisons = compare(rounds, settings.variants);
  const environment = describeEnvironment();
  if (settings.json) {
    const runs = rounds.map((round) => [...round.values()]);
    return `${JSON.stringify({ environment, settings, comparisons, rounds: runs }, undefined, 2)}\n`;
  }
  const { node, cores, cpu, system } = environment;
  const { requests, warmUp, connections, seed } = settings;
  return `${renderTable(comparisons)}

Node.js ${node}, ${cores} × ${cpu}, ${system}; ${rounds.length} rounds, ${requests} requests a run after ${warmUp}, ${connections} connections, seed ${seed}
`;
}

async function measureRounds(settings: Settings): Promise<Round[]> {
  const random = seededRandom(settings.seed);
  const receiver = await startReceiver();
  try {
    const environment = measuredEnvironment(process.env, receiver.socket);
    const rounds: Round[] = [];
    while (rounds.length < settings.rounds) {
      process.stderr.write(`round ${rounds.length + 1} of ${settings.rounds}\n`);
      rounds.push(await runRound(settings, random, environment));
    }
    return rounds;
  } finally {
    await receiver.close();
  }
}
