import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** An `outrider` that runs, or ran. */
export interface Outrider {
  readonly child: ChildProcess;
  /** The lines of its log so far. */
  readonly log: readonly string[];
  /** The first line that has this text; fails if the process ends without it. */
  line(text: string): Promise<string>;
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** How it is started other than usual. */
export interface OutriderOptions {
  readonly nodeArgs?: readonly string[];
  /** A descriptor in the place of a pipe that is read: then nothing of the log is known. */
  readonly stderr?: 'pipe' | number;
  /** What runs the command line that follows it; it must become that program, not start it. */
  readonly through?: readonly string[];
}

/** Starts the real command, from its sources, with nothing of Outrider's in its environment. */
export function outrider(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { nodeArgs = [], stderr = 'pipe', through = [] }: OutriderOptions = {},
): Outrider {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:OUTRIDER_|OTEL_|HOST_|NODE_OPTIONS)/.test(name),
  );
  const [command = '', ...rest] = [...through, process.execPath, '--conditions=source', ...nodeArgs, MAIN, ...args];
  const child = spawn(command, rest, {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', stderr],
  });
  const log: string[] = [];
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const lines = createInterface({ input: child.stderr ?? Readable.from([]) });
  lines.on('line', (line) => log.push(line));
  const ended = once(child, 'close').then(([code]) => ({
    code,
    stdout,
    stderr: log.map((line) => `${line}\n`).join(''),
  }));
  return {
    child,
    log,
    ended,
    line: async (text) => {
      for (;;) {
        const found = log.find((line) => line.includes(text));
        if (found !== undefined) return found;
        const more = await Promise.race([once(lines, 'line').then(() => true), ended.then(() => false)]);
        if (!more && !log.some((line) => line.includes(text)))
          throw new Error(`ended without "${text}": ${log.join('\n')}`);
      }
    },
  };
}
