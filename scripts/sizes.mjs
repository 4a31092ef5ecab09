// Measures what an adapter and core add to a bundled application: one line of an application, bundled and minified, with
// Node's own modules and the framework left outside. Reads the sources, so nothing need be built. --check ends with exit
// code 1 if core and the Express adapter are above the limit; --modules N lists the N largest modules of that bundle.
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
/** Of core and the Express adapter, minified, in bytes. */
const LIMIT = 25_000;
const LIMITED = 'express';

/** The line of an application that brings the adapter in; its exports keep what the line uses. */
const ENTRIES = {
  core: "export { getObserver } from '@outrider/core';",
  express: "import { outrider } from '@outrider/express'; export default outrider();",
  koa: "import { outrider } from '@outrider/koa'; export default outrider();",
  fastify: "import { outrider } from '@outrider/fastify'; export default outrider;",
  hono: "import { outrider } from '@outrider/hono'; export default outrider();",
  node: "import { outrider } from '@outrider/node'; export default outrider;",
};

const API = '@opentelemetry/api';
/** The frameworks, which the application has anyway. */
const frameworks = new Set(
  globSync('packages/*/package.json', { cwd: ROOT }).flatMap((path) =>
    Object.keys(JSON.parse(readFileSync(join(ROOT, path), 'utf8')).peerDependencies ?? {}),
  ),
);

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, modules: { type: 'string', default: '0' } },
});

const folder = mkdtempSync(join(tmpdir(), 'outrider-sizes-'));
try {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const rows = [];
  for (const [name, line] of Object.entries(ENTRIES)) {
    const entry = join(folder, `${name}.mjs`);
    writeFileSync(entry, line);
    rows.push({ name, alone: await bundle(entry, true), withApi: await bundle(entry, false) });
  }
  process.stdout.write(table(rows));
  const limited = rows.find(({ name }) => name === LIMITED).alone;
  process.stdout.write(largest(limited, Number(values.modules)));
  if (values.check && limited.size > LIMIT) {
    process.stderr.write(`@outrider/core and @outrider/${LIMITED} are ${limited.size} bytes: more than ${LIMIT}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function bundle(entry, apiOutside) {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    resolve: { conditionNames: ['source', 'node', 'import'] },
    external: (id) => isBuiltin(id) || frameworks.has(id) || (apiOutside && id === API),
    logLevel: 'silent',
  });
  try {
    const { output } = await build.generate({ minify: true, codeSplitting: false });
    const [chunk] = output;
    return { size: Buffer.byteLength(chunk.code), gzip: gzipSync(chunk.code).length, modules: chunk.modules };
  } finally {
    await build.close();
  }
}

function table(rows) {
  const texts = [
    ['core and', 'minified', 'gzip', 'with @opentelemetry/api', 'gzip'],
    ...rows.map(({ name, alone, withApi }) => [
      name === 'core' ? '(nothing)' : `@outrider/${name}`,
      ...[alone.size, alone.gzip, withApi.size, withApi.gzip].map((bytes) => `${(bytes / 1000).toFixed(1)} kB`),
    ]),
  ];
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  return texts
    .map((row) => row.map((text, at) => (at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join('  '))
    .map((line) => `${line}\n`)
    .join('');
}

// Before minification; what of a module is not used is not in it.
function largest({ modules }, count) {
  return Object.entries(modules)
    .map(([path, { renderedLength }]) => [renderedLength, relative(ROOT, path)])
    .toSorted(([a], [b]) => b - a)
    .slice(0, count)
    .map(([length, path]) => `${String(length).padStart(7)}  ${path}\n`)
    .join('');
}
