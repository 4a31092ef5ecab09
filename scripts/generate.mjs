// Writes docs/reference, the schemas of the configuration of sidecar and dashboards, grafana, prometheus and docs/runbooks
// from the tables in core, sidecar and dashboards, as they were built last. With --check it writes nothing and ends with exit
// code 1 if a file is not what the tables say. --into names another folder than this project.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue } from '../packages/core/dist/whole-catalogue.js';
import { errors } from '../packages/core/dist/errors.js';
import { configSchema } from '../packages/dashboards/dist/config-file/schema.js';
import { defaultConfig, generatedFiles } from '../packages/dashboards/dist/index.js';
import * as sidecar from '../packages/sidecar/dist/index.js';
import { jsonFile } from './reference/json-file.mjs';
import { configurationPage } from './reference/configuration-page.mjs';
import { errorsPage } from './reference/errors-page.mjs';
import { metricsPage } from './reference/metrics-page.mjs';

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    into: { type: 'string' },
  },
});

const files = {
  'docs/reference/metrics.md': metricsPage([...catalogue.values()]),
  'docs/reference/errors.md': errorsPage(errors),
  'docs/reference/configuration.md': configurationPage(sidecar),
  'packages/sidecar/outrider.schema.json': jsonFile(sidecar.configSchema()),
  'packages/dashboards/dashboards.schema.json': jsonFile(configSchema()),
  ...Object.fromEntries(generatedFiles(defaultConfig)),
};
for (const [name, text] of Object.entries(files)) {
  const path = values.into === undefined ? join(ROOT, name) : join(values.into, name);
  mkdirSync(dirname(path), { recursive: true });
  if (!values.check) writeFileSync(path, text);
  else if (textOf(path) !== text) {
    process.stderr.write(`${relative(ROOT, path)} is not up to date: run npm run generate\n`);
    process.exitCode = 1;
  }
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
