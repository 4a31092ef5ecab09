import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { APPLICATIONS, startApplication } from '../application.ts';
import type { Application } from '../application.ts';
import { provideDatabase } from '../database.ts';
import { DemoError } from '../demo-error.ts';
import { demoEnvironment } from '../environment.ts';
import { findExecutable } from '../executable.ts';
import { Guardian } from '../guardian.ts';
import { Interruption } from '../interruption.ts';
import { freePorts } from '../ports.ts';
import type { Child } from '../process.ts';
import { Processes } from '../processes.ts';
import { PROMETHEUS_MISSING, startPrometheus } from '../prometheus.ts';
import { seeded } from '../random.ts';
import { startSidecar } from '../sidecar.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../temporary-folder.ts';
import { Traffic } from '../traffic.ts';
import { FiredAlerts } from './fired-alerts.ts';
import { HELP, parseRegressionFlags } from './flags.ts';
import type { RegressionFlags } from './flags.ts';
import { hurriedRules } from './hurried-rules.ts';
import { writePast } from './past.ts';
import { ofApplications, reportLines, time } from './report.ts';
import type { Verdict } from './report.ts';
import { BROKEN_JOB, CALM_S, STEPS, shopFaults } from './steps.ts';

const REQUESTS_PER_SECOND = 60;
const LOOK_MS = 500;
const PUSH_MS = 1000;

interface Programs {
  readonly prometheus: string;
  readonly promtool: string;
}

interface Stage {
  readonly flags: RegressionFlags;
  readonly programs: Programs;
  readonly folder: string;
  readonly processes: Processes;
}

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
    return await stage(flags, await findPrograms());
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    process.stderr.write(`outrider: ${error.message}\n`);
    return 1;
  }
}

async function findPrograms(): Promise<Programs> {
  const [prometheus, promtool] = await Promise.all([findExecutable('prometheus'), findExecutable('promtool')]);
  if (prometheus === undefined) throw new DemoError(`Prometheus is ${PROMETHEUS_MISSING}`);
  if (promtool === undefined) throw new DemoError('promtool is not installed: it comes with Prometheus.');
  return { prometheus, promtool };
}

async function stage(flags: RegressionFlags, programs: Programs): Promise<number> {
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
async function play({ flags, programs, folder, processes }: Stage): Promise<number> {
  const { hurry } = flags;
  const ports = await freePorts({ metrics: 0, otlp: 0, express: 0, koa: 0, 'prometheus-port': flags.prometheusPort });
  const prometheusPort = ports['prometheus-port'];
  say('Starting the shop, its sidecar and Prometheus ...');
  const [sidecar, database] = await Promise.all([
    startSidecar(processes, join(folder, 'sidecar'), ports),
    provideDatabase(processes, folder, say),
  ]);
  const prometheus = `http://127.0.0.1:${prometheusPort}`;
  const environment = (version: string, faults: string): NodeJS.ProcessEnv =>
    demoEnvironment({
      OUTRIDER_SOCKET: sidecar.socket,
      OTEL_RESOURCE_ATTRIBUTES: `service.version=${version}`,
      OTEL_METRIC_EXPORT_INTERVAL: String(PUSH_MS),
      SHOP_FAULTS: faults,
    });
  const start = (application: Application, version: string, faults = ''): Promise<Child> =>
    startApplication(processes, application, {
      port: application.flag === 'express-port' ? ports.express : ports.koa,
      databaseUrl: database.url,
      environment: environment(version, faults),
    });
  const interval = `${Math.max(1, 5 / hurry)}s`;
  const where = { ...ports, prometheus: prometheusPort };
  const measure = (): Promise<Child> =>
    startPrometheus(processes, programs.prometheus, join(folder, 'prometheus'), where, {
      scrapeInterval: interval,
      evaluationInterval: interval,
      rules: (text) => hurriedRules(text, hurry),
    });
  const [measuring, ...running] = await Promise.all([
    measure(),
    ...APPLICATIONS.map((application) => start(application, '1.0.0')),
  ]);
  const traffics = [ports.express, ports.koa].map(
    (port, index) =>
      new Traffic({ targets: [`http://127.0.0.1:${port}`], rate: REQUESTS_PER_SECOND, random: seeded(index + 1) }),
  );
  const fired = new FiredAlerts(prometheus);
  try {
    say(`Prometheus: ${prometheus}/alerts${hurry === 1 ? '' : `; everything ${hurry} times as fast as usual`}`);
    say(`Calm: release 1.0.0 under ${2 * REQUESTS_PER_SECOND} requests a second.`);
    await watch(fired, performance.now() + (CALM_S * 1000) / hurry, () => false);
    const alarmed = ofApplications(fired.all);
    say(alarmed.length === 0 ? 'Calm is over: no alert fired.' : 'Calm is over, and yet an alert fired.');

    await writePast(processes, programs.promtool, prometheus, join(folder, 'prometheus'));
    // It finds the past at once when it starts.
    await processes.end(measuring);
    await measure();
    const [index, broken] = [...APPLICATIONS.entries()].find(([, { example }]) => example === BROKEN_JOB)!;
    await processes.end(running[index]!);
    await start(broken, '1.1.0', shopFaults(STEPS, hurry));
    const released = performance.now();
    say(`Release 1.1.0 of ${BROKEN_JOB} is out.`);
    const verdicts = await follow(fired, released, hurry);
    return conclude(verdicts, fired, alarmed.length > 0, hurry);
  } finally {
    for (const traffic of traffics) traffic.stop();
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
  const others = fired.all.filter(({ alert }) => !verdicts.some(({ expected }) => expected.alert === alert));
  if (others.length > 0) say(`Fired besides: ${[...new Set(others.map(({ alert }) => alert))].join(', ')}`);
  const late = verdicts.filter(({ step, afterS }) => afterS === undefined || afterS * hurry > step.withinS);
  for (const { expected, step } of late)
    say(`${expected.alert} should have fired within ${time(step.withinS / hurry, hurry)}.`);
  return alarmed || late.length > 0 ? 1 : 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
