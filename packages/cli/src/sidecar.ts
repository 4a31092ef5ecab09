import { setTimeout as wait } from 'node:timers/promises';
import { flagOf, keepMemorySmall, loadConfig, settingKeys, startSidecar } from '@outrider/sidecar';
import type { ConfigSources } from '@outrider/sidecar';
import { readArgs } from './args.ts';
import { lookAtConfig } from './check-config.ts';
import { endOnCrash } from './end-on-crash.ts';
import { health } from './health.ts';
import { SidecarLog } from './sidecar-log.ts';
import { looks, sidecarUsage } from './sidecar-usage.ts';
import { listenToSignals } from './signals.ts';
import { UsageError } from './usage-error.ts';

// With what follows, and the end of the process itself, no more than five seconds.
const CLOSE_MS = 3_500;
const DRAIN_MS = 250;

/** `outrider sidecar`: runs until SIGTERM or SIGINT. Returns the exit code. */
export async function sidecar(args: readonly string[]): Promise<number> {
  const { flags, switches, help } = readArgs(args, ['config', ...settingKeys.map(flagOf)], Object.keys(looks));
  if (help) {
    process.stdout.write(sidecarUsage());
    return 0;
  }
  const { config: file, ...values } = flags;
  const sources: ConfigSources = { ...(file === undefined ? {} : { file }), env: process.env, flags: values };
  if (switches.size > 1)
    throw new UsageError(`only one of ${[...switches].map((name) => `--${name}`).join(', ')} can be asked for`);
  // As the sidecar itself after a reload.
  if (switches.has('health')) return health(loadConfig({ ...sources, allowUnknownVariables: true }));
  if (switches.size > 0) return lookAtConfig(switches, sources);
  return run(sources);
}

async function run(sources: ConfigSources): Promise<number> {
  const signals = listenToSignals();
  const config = loadConfig(sources);
  const collectGarbage = keepMemorySmall();
  const log = new SidecarLog(config.log.format);
  endOnCrash(log);
  const running = await startSidecar(config, { log: log.sink, collectGarbage });
  const reload = async (): Promise<void> => {
    // The environment is that of the start, where each of its variables was one that the file named, or a setting.
    const applied = await running.reload(() => loadConfig({ ...sources, allowUnknownVariables: true }));
    log.format = applied.log.format;
  };
  signals.onHangUp(reload);
  running.log('info', 'stopping', { signal: await signals.stop });
  const closed = await Promise.race([running.close().then(() => true), wait(CLOSE_MS, false)]);
  if (closed) running.log('info', 'stopped');
  else running.log('warn', 'stopped before all had ended', { after: `${CLOSE_MS} ms` });
  await log.drain(DRAIN_MS);
  return 0;
}
