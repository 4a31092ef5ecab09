import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a process ended. */
interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An application of the fixtures that runs with the preset. */
export interface ChildApp {
  readonly url: string;
  kill(signal: NodeJS.Signals): void;
  /** Waits for its end, after a signal if one is given. */
  end(signal?: NodeJS.Signals): Promise<End>;
}

const children = new Set<ChildProcess>();

/** Ends the applications that a failed test left behind. */
export function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Starts an application with the preset and waits until it listens. Nothing of this process's environment shapes it. */
export function startChild(
  file: string,
  environment: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
): Promise<ChildApp> {
  return startWith(['--import', '@outrider/otel/register'], file, environment, args);
}

/** Starts an application without the preset, likewise. */
export function startPlainChild(
  file: string,
  environment: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
): Promise<ChildApp> {
  return startWith([], file, environment, args);
}

async function startWith(
  flags: readonly string[],
  file: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<ChildApp> {
  const { PATH = '' } = process.env;
  const path = fileURLToPath(new URL(`fixtures/${file}`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', ...flags, path, ...args], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    // No sidecar that happens to run is pushed to.
    env: { PATH, OUTRIDER_SOCKET: '/nowhere/otlp.sock', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  const portLine = /^\d+\n/m;
  while (!portLine.test(output.stdout)) {
    const over = await Promise.race([once(child.stdout, 'data').then(() => false), closed.then(() => true)]);
    if (over) throw new Error(`${file} ended: ${output.stderr}`);
  }
  const port = Number(portLine.exec(output.stdout)![0]);
  return {
    url: `http://127.0.0.1:${port}`,
    kill: (signal) => void child.kill(signal),
    async end(signal) {
      if (signal !== undefined) child.kill(signal);
      const [code, endSignal] = await closed;
      return { code, signal: endSignal, stdout: output.stdout.replace(portLine, ''), stderr: output.stderr };
    },
  };
}
