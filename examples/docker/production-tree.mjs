// Copies a built command or application with the dependencies that it runs with, by package-lock.json, and nothing else:
//   node examples/docker/production-tree.mjs /image/app [examples/shop-express]
// npm cannot: for a workspace it keeps what the workspaces beside it need for their tests. Needs npm ci and a build before.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// Of the command's own dependencies these are for its demo, its dashboards and its doctor, which are not in an image.
const LEFT_OUT = new Set(['@electric-sql/pglite', '@electric-sql/pglite-socket', '@outrider/dashboards']);
// What a package of this repository publishes.
const PUBLISHED = ['package.json', 'bin', 'dist', 'LICENSE'];
const FOR_DEVELOPERS = /\.(?:d\.[cm]?ts|map|tsbuildinfo)$/;

const [target, start = 'packages/cli'] = process.argv.slice(2);
if (target === undefined) {
  process.stderr.write('production-tree: which folder is it to be written to?\n');
  process.exit(2);
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
const copied = new Set();
copy(start);

/** Copies the package of a key of the lock file, then what it depends on. */
function copy(key) {
  if (copied.has(key)) return;
  copied.add(key);
  const { dependencies = {}, optionalDependencies = {} } = packages[key];
  if (key.includes('node_modules/')) copyFolder(key, placeOf(key));
  else for (const part of PUBLISHED) copyFolder(join(key, part), join(placeOf(key), part));
  for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
    if (LEFT_OUT.has(dependency)) continue;
    const found = locate(dependency, key);
    // An optional one that this machine has no use for.
    if (found === undefined && dependency in optionalDependencies) continue;
    if (found === undefined) throw new Error(`${dependency}, which ${key} needs, is not in package-lock.json`);
    copy(found);
  }
}

/** Where a package is put: one of this repository lies among the others, and what is only for it, in it. */
function placeOf(key) {
  const [own = '', ...nested] = key.split(/\/?(?=node_modules\/)/);
  return own.startsWith('node_modules/') ? key : join('node_modules', packages[own].name, ...nested);
}

/** Where Node.js would find a package, as a key of the lock file: in the nearest node_modules above. */
function locate(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const key = join(folder === '.' ? '' : folder, 'node_modules', name);
    const found = packages[key];
    if (found?.link) return found.resolved;
    if (found !== undefined && existsSync(join(ROOT, key))) return key;
    if (folder === '.') return undefined;
  }
}

function copyFolder(from, to) {
  const source = join(ROOT, from);
  if (!existsSync(source)) return;
  cpSync(source, resolve(target, to), {
    recursive: true,
    dereference: true,
    filter: (path) => !FOR_DEVELOPERS.test(path),
  });
}
