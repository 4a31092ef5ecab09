import { setTimeout as delay } from 'node:timers/promises';
import { DemoError } from '../demo-error.ts';
import { findExecutable } from '../executable.ts';
import { Guardian } from '../guardian.ts';
import { Interruption } from '../interruption.ts';
import { Processes } from '../processes.ts';
import { PROMETHEUS_MISSING } from '../prometheus.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../temporary-folder.ts';
import { FiredAlerts } from './fired-alerts.ts';
import { HELP, parseRegressionFlags } from './flags.ts';
import type { RegressionFlags } from './flags.ts';
import { RegressionStage } from './regression-stage.ts';
import type { Props } from './regression-stage.ts';
import { besidesLines, calmLine, falseAlarms, reportLines, soundAlarms, time } from './report.ts';
import type { Verdict } from './report.ts';
import { BROKEN_JOB, CALM_S, STEPS, shopFaults } from './steps.ts';

const LOOK_MS = 500;

/**
 * `outrider demo regression`: what the alert rules say when a release makes a service worse.
 *
 * @param args the command line after `demo regression`
 * @returns the exit code: 0 nothing fired in calm and everything after it, 1 something else
 * @throws {UsageError} on a wrong flag
 */
export async function regressionDemo(args: readonly string[]): Promise<number> {
  const flags = parseRegressionFlags(args);
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    return await run(flags, await findPrograms());
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    process.stderr.write(`outrider: ${error.message}\n`);
    return 1;
  }
}

async function findPrograms(): Promise<Props['programs']> {
  const [prometheus, promtool] = await Promise.all([findExecutable('prometheus'), findExecutable('promtool')]);
  if (prometheus === undefined) throw new DemoError(`Prometheus is ${PROMETHEUS_MISSING}`);
  if (promtool === undefined) throw new DemoError('promtool is not installed: it comes with Prometheus.');
  return { prometheus, promtool };
}

async function run(flags: RegressionFlags, programs: Props['programs']): Promise<number> {
  const folder = await makeTemporaryFolder();
  const guardian = new Guardian(folder);
  const processes = new Processes(guardian);
  const interruption = new Interruption(() => {
    processes.kill();
    process.exit(130);
  });
  try {
    return await Promise.race([
      interruption.first.then(() => 130),
      processes.unexpectedEnd.then((error) => Promise.reject(error)),
      play({ flags, programs, folder, processes }),
    ]);
  } finally {
    await processes.stop();
    removeTemporaryFolder(folder);
    await guardian.release();
    interruption.dispose();
  }
}

/** All of it: calm, the release, what goes wrong, and what was said about it. */
async function play(props: Props): Promise<number> {
  const { hurry } = props.flags;
  say('Starting the shop, its sidecar and Prometheus ...');
  const stage = await RegressionStage.start(props, '1.0.0', say);
  const fired = new FiredAlerts(stage.prometheus);
  try {
    say(`Prometheus: ${stage.prometheus}/alerts${hurry === 1 ? '' : `; everything ${hurry} times as fast as usual`}`);
    say(`Calm: release 1.0.0 under ${stage.requestsPerSecond} requests a second.`);
    await watch(fired, performance.now() + (CALM_S * 1000) / hurry, () => false);
    const alarmed = falseAlarms(fired.all).length > 0;
    say(calmLine(fired.all));

    await stage.becomePast();
    await stage.release(BROKEN_JOB, '1.1.0', shopFaults(STEPS, hurry));
    const released = performance.now();
    say(`Release 1.1.0 of ${BROKEN_JOB} is out.`);
    const verdicts = await follow(fired, released, hurry);
    return conclude(verdicts, fired, alarmed, hurry);
  } finally {
    stage.stopTraffic();
  }
}

/** Says what goes wrong as it does, until all that is expected has fired or has had its time. */
async function follow(fired: FiredAlerts, released: number, hurry: number): Promise<readonly Verdict[]> {
  const begin = (fromS: number): number => released + (fromS * 1000) / hurry;
  const end = Math.max(...STEPS.map(({ fromS, withinS }) => begin(fromS + withinS)));
  const waiting = [...STEPS];
  const verdicts = (): readonly Verdict[] =>
    STEPS.flatMap((step) =>
      step.expected.map((expected) => {
        const found = fired.find(expected);
        return { step, expected, ...(found && { afterS: Math.max(0, found.at - begin(step.fromS)) / 1000 }) };
      }),
    );
  await watch(fired, end, () => {
    while (waiting[0] !== undefined && performance.now() >= begin(waiting[0].fromS)) say(`  ${waiting.shift()!.title}`);
    return verdicts().every(({ afterS }) => afterS !== undefined);
  });
  return verdicts();
}

/** Looks what fires until the time is up or somebody has seen enough, and says it. */
async function watch(fired: FiredAlerts, until: number, enough: () => boolean): Promise<void> {
  while (performance.now() < until && !enough()) {
    for (const { alert, summary } of await fired.look().catch(() => [])) say(`    ${alert}: ${summary}`);
    await delay(LOOK_MS);
  }
}

function conclude(verdicts: readonly Verdict[], fired: FiredAlerts, alarmed: boolean, hurry: number): number {
  say('');
  say('Expected, and the time to fire:');
  for (const line of reportLines(verdicts, hurry)) say(line);
  for (const line of besidesLines(verdicts, fired.all)) say(line);
  const late = verdicts.filter(({ step, afterS }) => afterS === undefined || afterS * hurry > step.withinS);
  for (const { expected, step } of late)
    say(`${expected.alert} should have fired within ${time(step.withinS / hurry, hurry)}.`);
  const sound = soundAlarms(fired.all);
  for (const { alert, labels } of sound)
    say(`${alert} of ${labels['job'] ?? 'no job'} should not have fired: nothing was wrong there.`);
  return alarmed || late.length > 0 || sound.length > 0 ? 1 : 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
