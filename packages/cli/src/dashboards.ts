import { defaultConfig, generatedFiles, printConfig, readConfig } from '@outrider/dashboards';
import { readArgs } from './args.ts';
import { compareFiles, writeFiles } from './output-folder.ts';
import type { Change, Changes } from './output-folder.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `outrider dashboards --out DIR [--config dashboards.yaml] [--check]

Writes the Grafana dashboards, the alert and recording rules and what loads
them, made for your thresholds, labels and scrape interval.

  --out
      folder to write to; made if it is not there, and what else is in it is
      left alone
  --config
      YAML or JSON file with what is not as by default; --print-config shows
      all that can be in it
  --check
      write nothing, say which files are not what would be written
  --force
      overwrite also files that this command did not write, or that were
      changed since
  --print-config
      print the configuration that applies, and end

Exit codes: 0 written, or nothing to write; 1 with --check if a file differs,
or if a file could not be written; 2 wrong flag or configuration.
`;

const WHAT: Readonly<Record<Change, string>> = {
  new: 'new',
  changed: 'changed',
  same: 'unchanged',
  gone: 'removed',
  foreign: 'overwritten',
};

/** `outrider dashboards`: writes dashboards and rules for a configuration. Returns the exit code. */
export function dashboards(args: readonly string[]): Promise<number> {
  return Promise.resolve(generate(args));
}

function generate(args: readonly string[]): number {
  const { flags, switches, help } = readArgs(args, ['out', 'config'], ['check', 'force', 'print-config']);
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { out, config: file } = flags;
  const config = file === undefined ? defaultConfig : readConfig(file);
  if (switches.has('print-config')) {
    process.stdout.write(printConfig(config));
    return 0;
  }
  if (out === undefined || out === '') throw new UsageError('--out is missing: the folder to write to');
  const files = generatedFiles(config);
  const changes = compareFiles(out, files);
  if (switches.has('check')) return check(out, changes);
  const foreign = pathsOf(changes, 'foreign');
  if (foreign.length > 0 && !switches.has('force')) {
    throw new Error(
      `${out} has ${several(foreign)} that this command did not write, or that changed since: ${foreign.join(', ')}. ` +
        'Nothing was written; --force overwrites them',
    );
  }
  writeFiles(out, files, changes);
  process.stdout.write(`${listed(changes)}${files.size} files in ${out}: ${counted(changes)}\n`);
  return 0;
}

function check(out: string, changes: Changes): number {
  const differing = [...changes].filter(([, change]) => change !== 'same');
  const says = {
    new: 'is missing',
    changed: 'differs',
    foreign: 'differs',
    gone: 'is not generated any more',
  } as const;
  for (const [path, change] of differing) if (change !== 'same') process.stdout.write(`${path} ${says[change]}\n`);
  const total = differing.length === 0 ? 'all are' : `${differing.length} of them are not`;
  process.stdout.write(`${changes.size} files in ${out}: ${total} as they would be written\n`);
  return differing.length === 0 ? 0 : 1;
}

function listed(changes: Changes): string {
  return [...changes]
    .filter(([, change]) => change !== 'same')
    .map(([path, change]) => `  ${WHAT[change].padEnd(13)}${path}\n`)
    .join('');
}

function counted(changes: Changes): string {
  const counts = (Object.keys(WHAT) as Change[]).map((change) => [change, pathsOf(changes, change).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([change, count]) => `${count} ${WHAT[change]}`);
  return parts.join(', ');
}

function pathsOf(changes: Changes, wanted: Change): readonly string[] {
  return [...changes].filter(([, change]) => change === wanted).map(([path]) => path);
}

function several(paths: readonly string[]): string {
  return paths.length === 1 ? 'a file' : `${paths.length} files`;
}
