import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { childrenOf } from './process-table.ts';

const require = createRequire(import.meta.url);
const BIN = join(dirname(require.resolve('pm2/package.json')), 'bin', 'pm2');
const COMMAND_MS = 30_000;

/** The installed PM2 with a home of its own, and its daemon, which speaks to nobody else. */
export class Pm2 {
  readonly #home: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #pids = new Set<number>();

  private constructor(home: string, environment: NodeJS.ProcessEnv) {
    this.#home = home;
    this.#environment = environment;
  }

  /** @param environment what the applications are started with */
  static async open(folder: string, environment: NodeJS.ProcessEnv): Promise<Pm2> {
    const home = join(folder, 'pm2');
    await mkdir(home);
    // No banner and no question for a newer version, and whatever else it would keep in the user's home is kept here.
    const quiet = { PM2_DISCRETE_MODE: 'true', PM2_DISABLE_VERSION_CHECK: 'true' };
    return new Pm2(home, { ...environment, ...quiet, PM2_HOME: home, HOME: folder });
  }

  /** Runs a command, such as `reload`, to its end. */
  async run(...args: readonly string[]): Promise<void> {
    await promisify(execFile)(process.execPath, [BIN, ...args], {
      env: this.#environment,
      cwd: this.#home,
      timeout: COMMAND_MS,
    });
    for (const pid of this.#running()) this.#pids.add(pid);
  }

  /** The processes that the daemon runs. */
  get workers(): readonly number[] {
    return this.#running().slice(1);
  }

  /** Ends the daemon and everything that it started, and expects none of it to be left. */
  async close(): Promise<void> {
    for (const pid of this.#running()) this.#pids.add(pid);
    await this.run('kill');
    await eventually(() => [...this.#pids].filter(isRunning), []);
  }

  #running(): number[] {
    try {
      const daemon = Number(readFileSync(join(this.#home, 'pm2.pid'), 'utf8'));
      return [daemon, ...childrenOf(daemon)];
    } catch {
      // Not started yet, or ended.
      return [];
    }
  }
}

/** An application as it would be deployed: a folder with a package.json that names it, and a script. */
export async function deploy(folder: string, name: string, program: string): Promise<string> {
  const deployed = join(folder, name);
  await mkdir(deployed);
  await writeFile(join(deployed, 'package.json'), JSON.stringify({ name, version: '4.5.6', type: 'module' }));
  const url = pathToFileURL(fileURLToPath(new URL(`programs/${program}`, import.meta.url))).href;
  const script = join(deployed, 'server.js');
  await writeFile(script, `import ${JSON.stringify(url)};\n`);
  return script;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
