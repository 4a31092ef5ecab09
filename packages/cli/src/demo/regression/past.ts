import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { PrometheusClient } from '@outrider/dashboards';
import type { Processes } from '../processes.ts';

/** Recorded rates of five minutes: what the baselines of a day and a week ago are averages of. */
const RECORDED = '{__name__=~"job_.*:rate5m"}';
const HOUR_S = 3600;
const DAYS_AGO = [7, 1];
const STEP_S = 60;

/**
 * Writes what is recorded now into the past as well, a day and a week ago, an hour before and after: the calm of this
 * minute stands for what was then. Prometheus finds it when it starts, or within a minute.
 *
 * @param prometheus where it answers, such as `http://127.0.0.1:9090`
 * @param folder the one that it runs in
 */
export async function writePast(
  processes: Processes,
  promtool: string,
  prometheus: string,
  folder: string,
): Promise<void> {
  const recorded = await new PrometheusClient(prometheus).query(RECORDED);
  const now = Math.floor(Date.now() / 1000);
  const file = join(folder, 'past.txt');
  const out = createWriteStream(file);
  for (const {
    labels: { __name__: name, ...labels },
    samples: [sample],
  } of recorded) {
    const written = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    for (const days of DAYS_AGO) {
      const then = now - days * 24 * HOUR_S;
      for (let at = then - HOUR_S; at <= then + HOUR_S; at += STEP_S) {
        out.write(`${name}{${written.join(',')}} ${sample?.[1]} ${at}\n`);
      }
    }
  }
  out.end('# EOF\n');
  await finished(out);
  await processes.run({
    name: 'promtool',
    command: promtool,
    args: ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, join(folder, 'data')],
  });
}
