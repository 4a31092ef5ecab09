import { runCommand } from '../harness/command.ts';
import { describeEnvironment, environmentLine } from '../harness/environment.ts';
import { readFlags, usage } from '../harness/flags.ts';
import { measureIngest } from './ingest.ts';
import { NODE_EXPORTER } from './node-exporter.ts';
import { scrapeNodeExporter, scrapeOutrider } from './scrapes.ts';
import type { ScrapeCost } from './scrapes.ts';
import { measureSteady } from './steady.ts';
import { renderSidecar } from './table.ts';
import type { SidecarFigures } from './table.ts';

const FLAGS = {
  seconds: { default: 60, help: 'seconds of steady running, and of taking in data points' },
  scrapes: { default: 200, help: 'measured scrapes of each' },
  series: { default: 50_000, help: 'the most series of the growth table, which begins at 1,000' },
};

const FIRST_SERIES = 1000;
const GROWTH = [1, 2, 5, 10, 20, 50];

await runCommand(async (parameters) => {
  const { counts, json, help } = readFlags(FLAGS, parameters);
  if (help) return usage('bench:sidecar', 'What the sidecar costs, beside node_exporter.', FLAGS);
  const figures = await measure(counts);
  const environment = describeEnvironment();
  if (json) return `${JSON.stringify({ environment, settings: counts, ...figures }, undefined, 2)}\n`;
  const settings = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  const peer = figures.steady.some(({ name }) => name === NODE_EXPORTER)
    ? ''
    : `\n\nnode_exporter is not installed (apt-get install --no-install-recommends ${NODE_EXPORTER}), so it is not in the tables.`;
  return `${renderSidecar(figures)}${peer}\n\n${environmentLine(environment)}; ${settings.join(', ')}\n`;
});

async function measure({ seconds, scrapes, series }: Record<keyof typeof FLAGS, number>): Promise<SidecarFigures> {
  report('beside a service');
  const steady = await measureSteady(seconds);
  report('scrapes');
  const growth: ScrapeCost[] = [];
  for (const factor of GROWTH) {
    if (growth.length > 0 && factor * FIRST_SERIES > series) break;
    growth.push(await scrapeOutrider(factor * FIRST_SERIES, scrapes));
  }
  const peer = await scrapeNodeExporter(scrapes);
  report('taking in data points');
  const ingest = await measureIngest(seconds);
  return { steady, scrapes: [...growth.slice(0, 1), ...(peer === undefined ? [] : [peer])], ingest, growth };
}

function report(what: string): void {
  process.stderr.write(`${what}\n`);
}
