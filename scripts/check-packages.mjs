// Checks what would be published: publint, "are the types wrong?", the files in each tarball, core's dependencies.
// Packs what is built, asks no registry, and ends with exit code 1 after naming every package and finding.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ROOT = join(import.meta.dirname, '..');
const ATTW = join(dirname(fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json'))), 'dist/index.js');
const NEEDED = ['LICENSE', 'README.md', 'package.json'];
const BUILT = /^dist\/(?<module>.+?)\.(?:js|d\.ts)(?:\.map)?$/;

/** Packages that must add nothing to an application beyond this. */
const EXACT_DEPENDENCIES = { '@outrider/core': ['@opentelemetry/api'] };

const packages = globSync('packages/*/package.json', { cwd: ROOT })
  .toSorted()
  .map((path) => ({ folder: dirname(path), description: JSON.parse(readFileSync(join(ROOT, path), 'utf8')) }))
  .filter(({ description }) => description.private !== true);
let failures = 0;
for (const { folder, description } of packages) {
  const findings = [...dependencyFindings(description), ...(await tarballFindings(folder, description))];
  for (const finding of findings) process.stderr.write(`${description.name}: ${finding}\n`);
  failures += findings.length;
}
if (failures > 0) process.exitCode = 1;
else process.stdout.write(`${packages.length} packages are fit to be published.\n`);

function dependencyFindings({ name, dependencies = {}, peerDependencies = {}, optionalDependencies = {} }) {
  const exact = EXACT_DEPENDENCIES[name];
  const found = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).toSorted();
  if (exact === undefined || found.join() === exact.join()) return [];
  return [`its dependencies must be exactly ${exact.join(', ')}: they are ${found.join(', ') || 'none'}`];
}

async function tarballFindings(folder, { bin = {}, exports = {} }) {
  const into = mkdtempSync(join(tmpdir(), 'outrider-pack-'));
  try {
    const { error, files, tarball } = pack(folder, into);
    if (error !== undefined) return [`npm pack failed: ${error}`];
    // Files that are exported as they are, such as a schema.
    const asTheyAre = Object.values(exports).filter((target) => typeof target === 'string');
    const named = [...Object.values(bin), ...asTheyAre].map((path) => posix.normalize(path));
    return [...fileFindings(folder, files, named), ...(await publintFindings(tarball)), ...attwFindings(tarball)];
  } finally {
    rmSync(into, { recursive: true });
  }
}

function pack(folder, into) {
  const npm = ['pack', '--json', '--silent', '--ignore-scripts', '--offline', '--no-update-notifier'];
  const { status, stdout, stderr, error } = run('npm', [...npm, '--pack-destination', into], join(ROOT, folder));
  if (status !== 0) return { error: error?.message ?? stderr.trim() };
  const [{ filename, files }] = JSON.parse(stdout);
  return { files: files.map(({ path }) => path), tarball: join(into, filename) };
}

function fileFindings(folder, files, named) {
  const needed = [...new Set([...NEEDED, ...named])];
  const findings = needed.filter((path) => !files.includes(path)).map((path) => `${path} is not in the tarball`);
  const text = readFileSync(join(ROOT, 'LICENSE'), 'utf8');
  const license = join(ROOT, folder, 'LICENSE');
  if (existsSync(license) && readFileSync(license, 'utf8') !== text) {
    findings.push('LICENSE is not the one of the repository: copy it');
  }
  const built = files.filter((path) => !needed.includes(path));
  if (built.length === 0) findings.push('nothing of dist is in the tarball: run npm run build');
  const modules = new Set();
  for (const path of built) {
    const module = BUILT.exec(path)?.groups.module;
    if (module === undefined) findings.push(`${path} does not belong into the tarball`);
    else modules.add(module);
  }
  // The compiler leaves what it once made of a file that is gone.
  for (const module of modules) {
    if (existsSync(join(ROOT, folder, 'src', `${module}.ts`))) continue;
    findings.push(`dist/${module}.js has no source any more: run npm run clean && npm run build`);
  }
  return findings;
}

async function publintFindings(tarball) {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball);
  const packed = buffer.slice(byteOffset, byteOffset + byteLength);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: packed } });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

function attwFindings(tarball) {
  const options = ['--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-color', '--no-emoji'];
  const { status, stdout, stderr } = run(process.execPath, [ATTW, tarball, ...options], ROOT);
  return status === 0 ? [] : [`are the types wrong?\n${(stdout + stderr).trim()}`];
}

function run(command, args, folder) {
  return spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
}
