import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { APPLICATIONS, startApplication } from './application.ts';
import { provideDatabase } from './database.ts';
import { DemoError } from './demo-error.ts';
import { demoEnvironment } from './environment.ts';
import { findExecutable } from './executable.ts';
import { FigureReader } from './figures.ts';
import { HELP, parseFlags } from './flags.ts';
import type { Flags, PortFlag } from './flags.ts';
import { Guardian } from './guardian.ts';
import { Interruption } from './interruption.ts';
import { exampleServer } from './layout.ts';
import { freePorts } from './ports.ts';
import { Processes } from './processes.ts';
import { PROMETHEUS_MISSING, startPrometheus } from './prometheus.ts';
import { seeded } from './random.ts';
import { Screen } from './screen.ts';
import type { Row } from './screen.ts';
import { startSidecar } from './sidecar.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts';
import { Traffic } from './traffic.ts';

const REQUESTS_PER_SECOND = 40;
const SEED = 1;
const LIVE_MS = 1000;

interface Stage {
  readonly flags: Flags;
  readonly ports: Readonly<Record<PortFlag, number>>;
  /** Path of the program, if it is to run. */
  readonly prometheus: string | undefined;
  /** Path of the temporary folder. */
  readonly folder: string;
  readonly guardian: Guardian;
  readonly processes: Processes;
  readonly screen: Screen;
}

/**
 * `outrider demo`: two example applications on a database, the sidecar, gentle traffic and, if it is installed,
 * Prometheus. Whatever ends it, no process and no file of it stays.
 *
 * @param args the command line after `demo`
 * @returns the exit code: 0 stopped as asked, 1 something failed
 * @throws {UsageError} on a wrong flag
 */
export async function demo(args: readonly string[]): Promise<number> {
  if (args[0] === 'regression') return (await import('./regression/regression-demo.ts')).regressionDemo(args.slice(1));
  const flags = parseFlags(args);
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    // What can be seen to be wrong is said before anything is started.
    for (const { example } of APPLICATIONS) exampleServer(example);
    const program = flags.prometheus ? await findExecutable('prometheus') : undefined;
    const ports = await freePorts({ ...flags.ports, ...(!program && { 'prometheus-port': 0 }) });
    return await stage(flags, ports, program);
  } catch (error) {
    // An error that is none of the reader's is thrown on.
    if (!(error instanceof DemoError)) throw error;
    process.stderr.write(`outrider: ${error.message}\n`);
    return 1;
  }
}

async function stage(flags: Flags, ports: Stage['ports'], prometheus: string | undefined): Promise<number> {
  const folder = await makeTemporaryFolder();
  const guardian = new Guardian(folder);
  const processes = new Processes(guardian);
  const screen = new Screen();
  const interruption = new Interruption(() => {
    // The guardian removes what is left.
    processes.kill();
    process.exit(130);
  });
  const over = Promise.race([
    interruption.first.then(() => 'interrupted'),
    processes.unexpectedEnd.then((error) => Promise.reject(error)),
  ]);
  try {
    screen.line('Outrider demo: starting ...');
    const started = await Promise.race([
      over,
      start({ flags, ports, prometheus, folder, guardian, processes, screen }),
    ]);
    if (started !== 'interrupted') await run(flags, ports, screen, over);
    return 0;
  } finally {
    screen.line('Stopping ...');
    await processes.stop();
    removeTemporaryFolder(folder);
    await guardian.release();
    interruption.dispose();
    screen.line('Stopped. No process and no file is left.');
  }
}

async function start({ flags, ports, folder, guardian, processes, screen, prometheus: program }: Stage): Promise<void> {
  const [sidecar, database] = await Promise.all([
    startSidecar(processes, join(folder, 'sidecar'), { otlp: ports['otlp-port'], metrics: ports['metrics-port'] }),
    provideDatabase(processes, folder, (message) => screen.line(message)),
  ]);
  const environment = demoEnvironment({ OUTRIDER_SOCKET: sidecar.socket });
  const [prometheus, ...applications] = await Promise.all([
    program &&
      startPrometheus(processes, program, join(folder, 'prometheus'), {
        prometheus: ports['prometheus-port'],
        metrics: ports['metrics-port'],
      }),
    ...APPLICATIONS.map(async (application): Promise<Row> => {
      const port = ports[application.flag];
      const child = await startApplication(processes, application, { port, databaseUrl: database.url, environment });
      return { name: application.name, where: local(port), pid: child.pid };
    }),
  ]);
  screen.line();
  screen.rows([
    ...applications,
    { name: 'Sidecar', where: local(ports['metrics-port']), pid: sidecar.child.pid },
    { name: '  receives OTLP', where: `${local(ports['otlp-port'])} and ${sidecar.socket}` },
    { name: 'Database', where: database.description, ...(database.pid !== undefined && { pid: database.pid }) },
    prometheus
      ? { name: 'Prometheus', where: local(ports['prometheus-port']), pid: prometheus.pid }
      : { name: 'Prometheus', where: flags.prometheus ? PROMETHEUS_MISSING : 'switched off' },
    { name: 'Traffic', where: `about ${REQUESTS_PER_SECOND} requests a second, from this process`, pid: process.pid },
    { name: 'Guardian', where: 'cleans up, should this process be killed', pid: guardian.pid },
  ]);
  screen.line();
  screen.places({
    express: local(ports['express-port']),
    koa: local(ports['koa-port']),
    metrics: local(ports['metrics-port']),
    ...(prometheus && { prometheus: local(ports['prometheus-port']) }),
  });
  screen.line();
  screen.line('Ctrl-C stops everything.');
}

/** Traffic and the live line, until the time is up or the demo is over. */
async function run(flags: Flags, ports: Stage['ports'], screen: Screen, over: Promise<unknown>): Promise<void> {
  const figures = new FigureReader(`${local(ports['metrics-port'])}/api/v1/metrics`);
  const traffic = new Traffic({
    targets: APPLICATIONS.map(({ flag }) => local(ports[flag])),
    rate: REQUESTS_PER_SECOND,
    random: seeded(SEED),
  });
  let running = true;
  const show = async (): Promise<void> => {
    const read = await figures.read();
    if (running) screen.figures(read);
  };
  const live = setInterval(() => void show(), LIVE_MS);
  try {
    // Without a reference: where the demo is over before, nothing waits for the timer.
    await Promise.race([over, ...(flags.forMs === undefined ? [] : [delay(flags.forMs, undefined, { ref: false })])]);
  } finally {
    running = false;
    clearInterval(live);
    traffic.stop();
  }
}

function local(port: number): string {
  return `http://127.0.0.1:${port}`;
}
