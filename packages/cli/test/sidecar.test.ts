import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outrider } from './command-line.ts';
import type { Outrider } from './command-line.ts';

let folder: string;
let started: Outrider[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-cli-'));
  started = [];
});

afterEach(async () => {
  for (const { child } of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Outrider {
  const one = outrider(['sidecar', ...args], env);
  started.push(one);
  return one;
}

/** A sidecar on free ports, ready. */
async function ready(args: readonly string[] = []): Promise<Outrider> {
  const one = run([
    '--otlp-listen',
    '127.0.0.1:0',
    '--metrics-listen',
    '127.0.0.1:0',
    '--otlp-socket',
    join(folder, 's.sock'),
    ...args,
  ]);
  await one.line(' info ready');
  return one;
}

function file(content: string): string {
  const path = join(folder, 'outrider.yaml');
  writeFileSync(path, content);
  return path;
}

/** The addresses of all TCP sockets on which a process listens, from procfs. */
function listening(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.slice(1) ?? [];
      } catch {
        // Closed since the folder was read.
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/${pid}/net/${family}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      // Column 3 is the state, 0A for listening; column 9 the inode.
      .filter((columns) => columns[3] === '0A' && sockets.has(columns[9] ?? ''))
      .map((columns) => columns[1]?.split(':')[0] ?? ''),
  );
}

describe('outrider sidecar', () => {
  it.runIf(process.platform === 'linux')('ends at a signal while a reading hangs in the kernel', async () => {
    const procRoot = join(folder, 'proc');
    mkdirSync(procRoot);
    // Opening a pipe to read waits for a writer.
    await promisify(execFile)('mkfifo', [join(procRoot, 'meminfo'), join(procRoot, 'stat')]);
    const one = await ready(['--proc-root', procRoot]);
    expect(one.log.join('\n')).toMatch(/collector=memory .*timed out/);
    one.child.kill('SIGTERM');
    expect(await one.ended).toMatchObject({ code: 0 });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends well at %s', async (signal) => {
    const one = await ready();
    const socket = join(folder, 's.sock');
    expect(existsSync(socket)).toBe(true);
    const begun = performance.now();
    one.child.kill(signal);
    const { code, stdout } = await one.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(existsSync(socket)).toBe(false);
    expect(one.log.slice(-2).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      `info stopping signal=${signal}`,
      'info stopped',
    ]);
  });

  it('listens on loopback only, and is small', async () => {
    const one = await ready();
    const pid = one.child.pid ?? 0;
    expect(listening(pid)).toEqual(['0100007F', '0100007F']);
    const [at = ''] = /(?<=at=)\S+/.exec(await one.line('metrics listener')) ?? [];
    for (let i = 0; i < 50; i += 1) await (await fetch(`${at}/metrics`)).text();
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    // 90 MB is the budget of the built sidecar; here Node.js also holds the compiler that strips the types.
    expect(Number(kib) / 1024).toBeLessThan(130);
  });

  it('takes its settings from a file', async () => {
    const config = file(`otlp:\n  listen: 127.0.0.1:0\n  socket: false\nmetrics:\n  listen: 127.0.0.1:0\n`);
    const one = run(['--config', config]);
    await one.line(' info ready');
    expect(one.log.filter((line) => line.includes('listening'))).toHaveLength(2);
  });

  it('--help tells flags, keys, variables and defaults', async () => {
    const { code, stdout } = await run(['--help']).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('--otlp-listen');
    expect(stdout).toContain('otlp.listen, OUTRIDER_OTLP_LISTEN');
    expect(stdout).toContain('(127.0.0.1:4318)');
  });

  it('says which port is in use, and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, stderr } = await run(['--otlp-listen', taken, '--otlp-socket', 'false']).ended;
    other.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `outrider: Cannot listen on ${taken} (otlp.listen): another process listens there; stop it, or give otlp.listen another value.\n`,
    });
  });
});

describe('a wrong configuration is one line and exit code 2', () => {
  const yaml = (content: string) => () => ['--config', file(content)];

  it.each<[string, () => readonly string[], Readonly<Record<string, string>>, string]>([
    ['a file that is not there', () => ['--config', '/nowhere.yaml'], {}, 'Configuration file /nowhere.yaml cannot be read: there is no such file.'],
    ['a file that is a directory', () => ['--config', folder], {}, 'cannot be read: it is a directory.'],
    ['bad YAML', yaml('otlp: [1\n'), {}, 'it is not valid YAML: '],
    ['an unknown key', yaml('metrics:\n  lissten: x\n'), {}, 'metrics.lissten is not known; the nearest key is metrics.listen.'],
    ['a public address in the file', yaml('metrics:\n  listen: 0.0.0.0:9464\n'), {}, 'metrics.listen is 0.0.0.0:9464, which others can reach'],
    ['a public address as a flag', () => ['--otlp-listen', '[::]:4318'], {}, 'otlp.listen is [::]:4318, which others can reach'],
    ['a public address in the environment', () => [], { OUTRIDER_OTLP_LISTEN: '192.168.0.1:1' }, 'otlp.listen is 192.168.0.1:1, which others can reach'],
    ['a bad interval', () => ['--interval', 'often'], {}, '--interval must be a duration'],
    ['an unknown flag', () => ['--otlp-socked', 'x'], {}, 'there is no flag --otlp-socked; the nearest is --otlp-socket'],
    ['a stray word', () => ['start'], {}, 'a word is there that belongs to no flag'],
  ])('%s', async (_, args, env, message) => {
    const { code, stdout, stderr } = await run(args(), env).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^outrider: [^\n]+\n$/);
    expect(stderr).toContain(message);
  }); // prettier-ignore
});
