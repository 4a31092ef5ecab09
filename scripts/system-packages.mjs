// Sees to what the tests need from the system and npm cannot bring: servers of PostgreSQL, MariaDB, Redis and
// memcached, PgBouncer, Prometheus and promtool, Alertmanager and amtool, and openssl for certificates.
// Does nothing where they are; installs them on Debian and its relatives as root; else says what to run.
// Plain Node.js, 18 or later: it runs before anything is built, and under the machine's own Node.js.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const POLICY = '/usr/sbin/policy-rc.d';
const CLUSTER_SETTING = '/etc/postgresql-common/createcluster.d/outrider.conf';

/** Debian package -> the programs the tests need from it. */
const NEEDED = {
  postgresql: ['initdb', 'postgres'],
  prometheus: ['prometheus', 'promtool'],
  'prometheus-alertmanager': ['prometheus-alertmanager', 'amtool'],
  'mariadb-server': ['mariadbd', 'mariadb-install-db'],
  'redis-server': ['redis-server'],
  memcached: ['memcached'],
  pgbouncer: ['pgbouncer'],
  openssl: ['openssl'],
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

const missing = Object.keys(NEEDED).filter((name) => !NEEDED[name].every(isInstalled));
if (missing.length > 0) install(missing);

function install(packages) {
  const apt = findInPath('apt-get');
  if (process.getuid?.() !== 0 || apt === undefined) {
    const programs = packages.flatMap((name) => NEEDED[name]).join(', ');
    fail(`The tests need ${programs}. Install them: on Debian or Ubuntu,
  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}
elsewhere, those of your system, with their programs in PATH.`);
  }
  process.stdout.write(`Installing ${packages.join(' and ')} for the tests.\n`);
  withoutServices(() => {
    // Lists that are missing or out of date name packages that are not there any more. Without a network the ones that
    // are there may still do.
    run(apt, ['update']);
    if (packages.includes('postgresql')) {
      // First alone, since it brings the folder that the setting below lies in and never creates a database cluster.
      mustInstall(apt, ['postgresql-common']);
      withFile(CLUSTER_SETTING, 'create_main_cluster = off\n', 0o644, () => mustInstall(apt, packages));
    } else {
      mustInstall(apt, packages);
    }
  });
  const still = packages.flatMap((name) => NEEDED[name]).filter((program) => !isInstalled(program));
  if (still.length > 0) fail(`apt-get installed ${packages.join(' and ')}, and yet there is no ${still.join(', ')}.`);
}

/** Runs something while no package may start its service; leaves the machine's own policy alone if it has one. */
function withoutServices(action) {
  if (existsSync(POLICY)) action();
  else withFile(POLICY, '#!/bin/sh\nexit 101\n', 0o755, action);
}

/** Runs something while a file is there; neither stays, nor a folder made for it. */
function withFile(path, text, mode, action) {
  const folder = dirname(path);
  const madeFolder = mkdirSync(folder, { recursive: true }) !== undefined;
  writeFileSync(path, text, { mode, flag: 'wx' });
  const remove = () => {
    rmSync(path, { force: true });
    if (madeFolder && readdirSync(folder).length === 0) rmdirSync(folder);
  };
  // Also where something below ends the process, or the person in front of it does.
  process.once('exit', remove);
  action();
  process.off('exit', remove);
  remove();
}

function mustInstall(apt, packages) {
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  if (!run(apt, args)) fail(`${apt} ${args.join(' ')} failed.`);
}

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function isInstalled(program) {
  return (
    findInPath(program) !== undefined || debianPostgresFolders().some((folder) => isExecutable(join(folder, program)))
  );
}

function debianPostgresFolders() {
  if (!existsSync(DEBIAN_POSTGRES)) return [];
  return readdirSync(DEBIAN_POSTGRES).map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
}

function findInPath(program) {
  // Servers are in a folder that only root's PATH has.
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), '/usr/sbin'];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
