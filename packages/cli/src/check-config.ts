import { checkConfig, printConfig } from '@outrider/sidecar';
import type { ConfigSources } from '@outrider/sidecar';

/** The switches of `outrider sidecar` that look at the configuration and start nothing, with what they do. */
export const configSwitches: Readonly<Record<string, string>> = {
  check: 'say whether the configuration is valid and what is not the default, and end',
  'print-config': 'print the configuration that applies, secrets masked, and end',
};

/**
 * Does what one of {@link configSwitches} says.
 *
 * @returns the exit code
 * @throws {OutriderError} if the configuration is not valid
 */
export function lookAtConfig(switches: ReadonlySet<string>, sources: ConfigSources): number {
  process.stdout.write(switches.has('print-config') ? printConfig(sources) : checked(sources));
  return 0;
}

function checked(sources: ConfigSources): string {
  const { given, masked } = checkConfig(sources);
  const missing =
    masked === 0 ? '' : `, but for ${masked} masked ${masked === 1 ? 'secret' : 'secrets'} to be filled in`;
  const places = [...Map.groupBy(given, ({ source }) => source)].map(([source, found]) => {
    const from = source.startsWith('from ') ? source : `from ${source}`;
    return `  ${from}: ${found.map(({ writtenAs }) => writtenAs).join(', ')}\n`;
  });
  return `configuration is valid${missing}\n${places.join('')}`;
}
