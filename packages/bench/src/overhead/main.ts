import { reportRound, runCommand } from '../harness/command.ts';
import { describeEnvironment, environmentLine, measuredEnvironment } from '../harness/environment.ts';
import { startReceiver } from '../harness/receiver.ts';
import { seededRandom } from '../harness/shuffle.ts';
import { compare } from './comparison.ts';
import { frameworks } from './frameworks/registry.ts';
import type { FrameworkName } from './frameworks/registry.ts';
import { runRound } from './round.ts';
import type { Round } from './run.ts';
import { USAGE, readSettings, variantsOf } from './settings.ts';
import type { Settings } from './settings.ts';
import { renderComparison } from './table.ts';

await runCommand(async (parameters) => {
  const settings = readSettings(parameters);
  return settings.help ? USAGE : measure(settings);
});

async function measure(settings: Settings): Promise<string> {
  const environment = describeEnvironment();
  const measured = await measureFrameworks(settings);
  if (settings.json) {
    const results = measured.map(([framework, rounds]) => ({
      framework,
      comparisons: compare(rounds, variantsOf(framework, settings)),
      rounds: rounds.map((round) => [...round.values()]),
    }));
    return `${JSON.stringify({ environment, settings, results }, undefined, 2)}\n`;
  }
  const tables = measured.map(
    ([framework, rounds]) =>
      `${frameworks[framework].title}\n\n${renderComparison(compare(rounds, variantsOf(framework, settings)))}\n\n`,
  );
  const { rounds, requests, warmUp, connections, seed } = settings;
  return `${tables.join('')}${environmentLine(environment)}; ${rounds} rounds, ${requests} requests a run after ${warmUp}, ${connections} connections, seed ${seed}
`;
}

async function measureFrameworks(settings: Settings): Promise<Array<[FrameworkName, Round[]]>> {
  const receiver = await startReceiver();
  try {
    const environment = measuredEnvironment(process.env, receiver.socket);
    const measured: Array<[FrameworkName, Round[]]> = [];
    for (const framework of settings.frameworks) {
      const random = seededRandom(settings.seed);
      const rounds: Round[] = [];
      while (rounds.length < settings.rounds) {
        reportRound(rounds.length + 1, settings.rounds, frameworks[framework].title);
        rounds.push(await runRound(framework, settings, random, environment));
      }
      measured.push([framework, rounds]);
    }
    return measured;
  } finally {
    await receiver.close();
  }
}
