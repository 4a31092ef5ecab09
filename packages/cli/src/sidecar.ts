import { setTimeout as wait } from 'node:timers/promises';
import {
  flagOf,
  keepMemorySmall,
  loadConfig,
  settingKeys,
  settings,
  startSidecar,
  variableOf,
} from '@outrider/sidecar';
import type { ConfigSources, SidecarConfig } from '@outrider/sidecar';
import { readArgs } from './args.ts';
import { configSwitches, lookAtConfig } from './check-config.ts';
import { endOnCrash } from './end-on-crash.ts';
import { health } from './health.ts';
import { SidecarLog } from './sidecar-log.ts';
import { listenToSignals } from './signals.ts';

// With what follows, and the end of the process itself, no more than five seconds.
const CLOSE_MS = 3_500;
const DRAIN_MS = 250;

/** Flags that have it look at something, and end. */
const looks = { ...configSwitches, health: 'asks the sidecar that runs with this configuration whether it is ready' };

/** `outrider sidecar`: runs until SIGTERM or SIGINT. Returns the exit code. */
export async function sidecar(args: readonly string[]): Promise<number> {
  const { flags, switches, help } = readArgs(args, ['config', ...settingKeys.map(flagOf)], Object.keys(looks));
  if (help) {
    process.stdout.write(usage());
    return 0;
  }
  const { config: file, ...values } = flags;
  const sources: ConfigSources = { ...(file === undefined ? {} : { file }), env: process.env, flags: values };
  if (switches.has('health')) return health(loadConfig(sources));
  if (switches.size > 0) return lookAtConfig(switches, sources);
  return run(() => loadConfig(sources));
}

async function run(load: () => SidecarConfig): Promise<number> {
  const signals = listenToSignals();
  const config = load();
  keepMemorySmall();
  const log = new SidecarLog(config.log.format);
  endOnCrash(log);
  const running = await startSidecar(config, { log: log.sink });
  const reload = async (): Promise<void> => {
    const applied = await running.reload(load);
    log.format = applied.log.format;
  };
  signals.onHangUp(() => void reload());
  running.log('info', 'stopping', { signal: await signals.stop });
  const closed = await Promise.race([running.close().then(() => true), wait(CLOSE_MS, false)]);
  if (closed) running.log('info', 'stopped');
  else running.log('warn', 'stopped before all had ended', { after: `${CLOSE_MS} ms` });
  await log.drain(DRAIN_MS);
  return 0;
}

function usage(): string {
  const rows = settingKeys.map((key) => {
    const { description, fallback, insteadOfFlag } = settings[key];
    const name = insteadOfFlag === undefined ? `--${flagOf(key)}` : '(no flag)';
    return `  ${name.padEnd(30)}${description} (${fallback()})\n${' '.repeat(32)}${key}, ${variableOf(key)}\n`;
  });
  const lookingRows = Object.entries(looks).map(([name, does]) => `  --${name.padEnd(28)}${does}\n`);
  return `outrider sidecar [--config outrider.yaml] [flags]

Measures this host, receives OTLP metrics from applications and shows both to Prometheus and to you.
What is not given is taken from the environment, then from the file, then from the default.

  --${'config'.padEnd(28)}YAML file with the keys below
${lookingRows.join('')}${rows.join('')}
SIGTERM and SIGINT end it within five seconds, a second one at once; SIGHUP reads the configuration again.
Exit codes: 0 stopped by SIGTERM or SIGINT, 1 failed while running, 2 wrong flag or configuration, 143 or 130 at the
second signal.
`;
}
