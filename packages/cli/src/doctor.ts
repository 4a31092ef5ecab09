import { readFileSync } from 'node:fs';
import { PrometheusClient, allDashboards, defaultConfig, examine, readConfig } from '@outrider/dashboards';
import type { Dashboard } from '@outrider/dashboards';
import { readArgs } from './args.ts';
import { doctorText } from './doctor-text.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `outrider doctor --prometheus URL [--config dashboards.yaml] [--dashboard api]

Runs every query of every dashboard's panels as Grafana would, says which have
no data and why, and what mends it. It only reads.

  --prometheus
      where Prometheus, or what has its HTTP API, answers, such as
      http://127.0.0.1:9090; user and password may be in it
  --header
      sent with each request, such as 'Authorization: Bearer …'; @FILE reads
      it from a file, so that it is not on the command line
  --config
      the file that the dashboards were made with, as for outrider dashboards
  --dashboard
      only this one, by its uid, such as outrider-api, or api
  --json
      print JSON

Exit codes: 0 all is well, 1 something is missing that should be there,
2 wrong flag or configuration.
`;

// A Prometheus that answers each question, and all slowly.
const LONGEST_MS = 120_000;
// Another value would make it a request of another length, or for somebody else.
const OF_THE_REQUEST: ReadonlySet<string> = new Set(
  'connection content-encoding content-length content-type expect host keep-alive te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

/** `outrider doctor`: says why panels have no data. Returns the exit code. */
export async function doctor(args: readonly string[]): Promise<number> {
  const { flags, switches, help } = readArgs(args, ['prometheus', 'header', 'config', 'dashboard'], ['json']);
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const config = flags['config'] === undefined ? defaultConfig : readConfig(flags['config']);
  const dashboards = chosen(allDashboards(config), flags['dashboard']);
  const client = clientFor(flags['prometheus'], flags['header']);
  const report = await examine(client, config, dashboards);
  const text = switches.has('json')
    ? `${JSON.stringify(report, undefined, 2)}\n`
    : doctorText(report, process.stdout.isTTY && process.env['NO_COLOR'] === undefined);
  process.stdout.write(text);
  return report.well ? 0 : 1;
}

function chosen(all: readonly Dashboard[], uid: string | undefined): readonly Dashboard[] {
  if (uid === undefined) return all;
  const found = all.filter((one) => one.uid === uid || one.uid === `outrider-${uid}`);
  if (found.length > 0) return found;
  throw new UsageError(
    `there is no such dashboard as --dashboard says; there are ${all.map((one) => one.uid).join(', ')}`,
  );
}

// What it is given may hold a password, so no message shows it.
function clientFor(url: string | undefined, header: string | undefined): PrometheusClient {
  if (url === undefined)
    throw new UsageError('--prometheus is missing: where it answers, such as http://127.0.0.1:9090');
  if (!isAddress(url)) throw new UsageError('--prometheus must be an http or https URL, without ? and #');
  return new PrometheusClient(url, {
    totalMs: LONGEST_MS,
    ...(header === undefined ? {} : { headers: headerOf(header) }),
  });
}

function isAddress(text: string): boolean {
  if (!/^https?:\/\/[^?#]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  try {
    return [username, password].map(decodeURIComponent).length > 0;
  } catch {
    // A % that stands for nothing.
    return false;
  }
}

function headerOf(given: string): Readonly<Record<string, string>> {
  const [, name, value] =
    /^([\w-]+): *(\S(?:.*\S)?)\s*$/.exec(given.startsWith('@') ? fileText(given.slice(1)) : given) ?? [];
  if (name === undefined || value === undefined)
    throw new UsageError(
      "--header must be a name, a colon and a value: 'Authorization: Bearer …', or @FILE with that in it",
    );
  if (OF_THE_REQUEST.has(name.toLowerCase()) || !/^[\t\u0020-\u007E\u0080-\u00FF]+$/.test(value))
    throw new UsageError('--header must be one that may be added, of plain characters: there is … in no token');
  return { [name]: value };
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`the file of --header cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
