import { flagOf, settingKeys, settings, variableOf } from '@outrider/sidecar';
import { configSwitches } from './check-config.ts';

/** Flags that have the sidecar look at something, and end, with what they do. */
export const looks: Readonly<Record<string, string>> = {
  ...configSwitches,
  health: 'ask the sidecar that runs with this configuration whether it is ready, and end',
};

const COLUMNS = 80;

/** What `outrider sidecar --help` prints, in lines of at most 80 columns. */
export function sidecarUsage(): string {
  const switches = Object.entries(looks).map(([name, does]) => `  --${name}\n${wrapped(does)}`);
  const rows = settingKeys.map((key) => {
    const { description, fallback, insteadOfFlag } = settings[key];
    const name = insteadOfFlag === undefined ? `--${flagOf(key)}` : '(no flag)';
    return `  ${name}\n${wrapped(`${description} (${fallback()})`)}${wrapped(`${key}, ${variableOf(key)}`)}`;
  });
  return `outrider sidecar [--config outrider.yaml] [flags]

Measures this host, receives OTLP metrics from applications and shows both to
Prometheus and to you. What is not given is taken from the environment, then
from the file, then from the default, which is in brackets. Below each flag
are its key in the file and its variable.

  --config
      YAML file
${switches.join('')}${rows.join('')}
SIGTERM and SIGINT end it within five seconds, a second one at once; SIGHUP
reads the configuration again. Exit codes: 0 stopped by SIGTERM or SIGINT,
1 failed while running, 2 wrong flag or configuration, 143 or 130 at the
second signal.
`;
}

/** Indents a text and breaks it between words. */
function wrapped(text: string): string {
  const indent = ' '.repeat(6);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(indent + word);
  }
  return lines.map((line) => `${line}\n`).join('');
}
