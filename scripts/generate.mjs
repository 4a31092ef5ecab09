// Writes docs/reference from the tables in core, as they were built last. With --check it writes nothing and ends with
// exit code 1 if a page is not what the tables say. --into names another folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue } from '../packages/core/dist/whole-catalogue.js';
import { errors } from '../packages/core/dist/errors.js';
import { errorsPage } from './reference/errors-page.mjs';
import { metricsPage } from './reference/metrics-page.mjs';

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    into: { type: 'string', default: join(ROOT, 'docs/reference') },
  },
});

const pages = { 'metrics.md': metricsPage([...catalogue.values()]), 'errors.md': errorsPage(errors) };
mkdirSync(values.into, { recursive: true });
for (const [name, text] of Object.entries(pages)) {
  const path = join(values.into, name);
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
