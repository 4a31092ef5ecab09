import { setTimeout as wait } from 'node:timers/promises';
import { flagOf, keepMemorySmall, loadConfig, settingKeys, settings, startSidecar } from '@outrider/sidecar';
import { readArgs } from './args.ts';
import { stderrLogger } from './log-line.ts';

const CLOSE_MS = 4_500;

/** `outrider sidecar`: runs until SIGTERM or SIGINT. Returns the exit code. */
export async function sidecar(args: readonly string[]): Promise<number> {
  const { flags, help } = readArgs(args, ['config', ...settingKeys.map(flagOf)]);
  if (help) {
    process.stdout.write(usage());
    return 0;
  }
  const { config: file, ...values } = flags;
  const config = loadConfig({ ...(file === undefined ? {} : { file }), env: process.env, flags: values });
  keepMemorySmall();
  const log = stderrLogger();
  const stop = stopSignal();
  const running = await startSidecar(config, { log });
  log('info', 'stopping', { signal: await stop });
  await Promise.race([running.close(), wait(CLOSE_MS)]);
  log('info', 'stopped');
  return 0;
}

/** The first signal to stop. A second one finds no handler and ends the process at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    const onSignal = (signal: string): void => {
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
      resolve(signal);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}

function usage(): string {
  const rows = settingKeys.map((key) => {
    const { description, env, fallback } = settings[key];
    const elsewhere = env === undefined ? key : `${key}, ${env}`;
    return `  --${flagOf(key).padEnd(28)}${description} (${fallback()})\n${' '.repeat(32)}${elsewhere}\n`;
  });
  return `outrider sidecar [--config outrider.yaml] [flags]

Measures this host, receives OTLP metrics from applications and shows both to Prometheus and to you.
What is not given is taken from the environment, then from the file, then from the default.

  --${'config'.padEnd(28)}YAML file with the keys below
${rows.join('')}
Exit codes: 0 stopped by SIGTERM or SIGINT, 1 failed while running, 2 wrong flag or configuration.
`;
}
