import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { push, pushOf, SidecarStage } from './sidecar-stage.ts';

const JUMPING = fileURLToPath(new URL('programs/jumping-clock.mjs', import.meta.url));
const CALLS = /^calls_total\{.*job="shop".*\} (\d+)$/m;

let stage: SidecarStage;
let open: number[];

beforeEach(() => {
  stage = new SidecarStage();
  open = [];
});

afterEach(async () => {
  await stage.close();
  for (const fd of open) closeSync(fd);
});

function config(content: string): string {
  const path = join(stage.folder, 'outrider.yaml');
  writeFileSync(path, content);
  return path;
}

describe('SIGHUP', () => {
  it('reads the configuration again, keeps the one before if it is wrong, and tells no secret', async () => {
    const sidecar = await stage.ready(['--config', config('limits: { series: 500 }\n')]);
    expect(await push({ socketPath: sidecar.socket }, pushOf('shop', 7))).toBe(200);
    config('limits: { series: 600 }\nlog: { format: json }\n');
    sidecar.child.kill('SIGHUP');
    await sidecar.line('configuration reloaded changed="');
    expect(await sidecar.sample('outrider_store_series_limit')).toBe(600);
    // Half of a file, as an editor leaves it for a moment.
    config('limits: { series: 700 }\ntoken: "a-secret-that-nobody-sees\nlog: {');
    sidecar.child.kill('SIGHUP');
    const line = await sidecar.line('refused');
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      message: 'the new configuration is refused, the one before applies',
      error: expect.stringContaining('outrider.yaml cannot be read: it is not valid YAML'),
    });
    config('limits: { series: many }\n');
    sidecar.child.kill('SIGHUP');
    expect(JSON.parse(await sidecar.line('whole number'))).toMatchObject({
      level: 'error',
      error: expect.stringContaining('limits.series'),
    });
    expect(sidecar.log.join('\n')).not.toContain('a-secret');
    expect(await sidecar.sample('outrider_config_reloads_total{result="refused"}')).toBe(2);
    expect(await sidecar.sample('outrider_store_series_limit')).toBe(600);
    expect(CALLS.exec(await sidecar.exposition())?.[1]).toBe('7');
    const { code } = await sidecar.stop();
    expect(code).toBe(0);
    expect(JSON.parse(sidecar.log.at(-1) ?? '')).toMatchObject({ level: 'info', message: 'stopped' });
  });
});

/** A pipe of which the buffer is full: both ends, the one to write to as a shell would open it. */
function fullPipe(): { readonly reader: number; readonly writer: number } {
  const path = join(stage.folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const filler = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  open.push(reader, filler, writer);
  try {
    for (;;) writeSync(filler, Buffer.alloc(4_096, '\n'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return { reader, writer };
}

function drain(reader: number): string {
  const buffer = Buffer.alloc(65_536);
  let read = '';
  try {
    for (let bytes = -1; bytes !== 0;) {
      bytes = readSync(reader, buffer);
      read += buffer.toString('utf8', 0, bytes);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return read;
}

describe('a log that nobody takes', () => {
  it('holds nothing up, and is there when somebody reads', async () => {
    const { reader, writer } = fullPipe();
    const sidecar = await stage.start([], { stderr: writer });
    await vi.waitFor(async () => expect(await (await fetch(`http://127.0.0.1:${sidecar.metrics}/readyz`)).text()).toBe('ready\n'), 10_000); // prettier-ignore
    let written = drain(reader);
    await vi.waitFor(() => expect((written += drain(reader))).toContain(' info ready\n'), 5_000);
    expect(await push({ socketPath: sidecar.socket }, pushOf('shop', 7))).toBe(200);
    expect((await sidecar.stop()).code).toBe(0);
    expect(written + drain(reader)).toMatch(/ info stopping signal=SIGTERM\n\S+ info stopped\n$/);
  });

  it('keeps nobody from ending', async () => {
    const { writer } = fullPipe();
    const sidecar = await stage.start([], { stderr: writer });
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${sidecar.metrics}/readyz`)).status).toBe(200), 10_000); // prettier-ignore
    const { code, tookMs } = await sidecar.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(2_500);
  });

  it.runIf(process.platform === 'linux').each([
    ['a disk that is full', 'exec "$@" 2>/dev/full'],
    ['stderr that is closed', 'exec "$@" 2>&-'],
  ])('is no reason to end: %s', async (_, script) => {
    const sidecar = await stage.start([], { through: ['sh', '-c', script, 'sh'] });
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${sidecar.metrics}/readyz`)).status).toBe(200), 10_000); // prettier-ignore
    sidecar.child.kill('SIGHUP');
    await vi.waitFor(
      async () => expect(await sidecar.sample('outrider_config_reloads_total{result="ok"}')).toBe(1),
      5_000,
    );
    expect((await sidecar.stop()).code).toBe(0);
  });
});

describe('a sidecar goes on', () => {
  it.runIf(process.platform === 'linux')('when no file descriptors are left, and says so once', async () => {
    const sidecar = await stage.ready(['--interval', '500ms'], {
      through: ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'],
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const over = { port: sidecar.otlp };
    expect(await push(over, pushOf('shop', 1), agent)).toBe(200);
    const sockets: Socket[] = [];
    for (let one = 0; one < 200; one += 1) {
      const socket = connect(sidecar.metrics, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
    }
    await sidecar.line('no file descriptors are left');
    // Who was connected goes on.
    expect(await push(over, pushOf('shop', 2), agent)).toBe(200);
    for (const socket of sockets) socket.destroy();
    const freed = performance.now();
    await vi.waitFor(async () => expect(CALLS.exec(await sidecar.exposition())?.[1]).toBe('2'), {
      timeout: 1_000,
      interval: 20,
    });
    expect(performance.now() - freed).toBeLessThan(1_000);
    agent.destroy();
    expect((await sidecar.stop()).code).toBe(0);
    const told = sidecar.log.filter((line) => line.includes('file descriptors') && !line.includes('repeated='));
    expect(told).toHaveLength(1);
  });

  it('as before when the clock jumps', async () => {
    const sidecar = await stage.ready(['--interval', '100ms'], { nodeArgs: ['--import', JUMPING] });
    let before = new Map<string, number>();
    for (let calls = 1; calls <= 5; calls += 1) {
      expect(await push({ socketPath: sidecar.socket }, pushOf('shop', calls))).toBe(200);
      const cpu = await sidecar.sample('system_cpu_time_seconds_total{cpu_mode="user"}');
      const round = /^outrider_collector_duration_seconds.*$/m;
      const seen = round.exec(await sidecar.exposition())?.[0];
      // Another collection: after the jump.
      await vi.waitFor(async () => expect(round.exec(await sidecar.exposition())?.[0]).not.toBe(seen), 5_000);
      const exposition = await sidecar.exposition();
      const samples = new Map(
        [...exposition.matchAll(/^([^#\s].*) (\S+)$/gm)].map(([, series = '', value]) => [series, Number(value)]),
      );
      for (const [series, value] of samples) {
        if (/duration_seconds|_total\b/.test(series)) expect(value, series).toBeGreaterThanOrEqual(0);
        const former = before.get(series);
        if (/_total\b/.test(series) && former !== undefined) expect(value, series).toBeGreaterThanOrEqual(former);
      }
      for (const series of before.keys()) if (series.startsWith('calls_total')) expect(samples.has(series)).toBe(true);
      expect(samples.get('outrider_store_sessions')).toBe(1);
      expect(cpu).toBeGreaterThan(0);
      before = samples;
      sidecar.child.kill('SIGUSR2');
    }
    expect((await sidecar.stop()).code).toBe(0);
  });

  it('with a new socket when that was removed, with its folder or without', async () => {
    const folder = join(stage.folder, 'sockets');
    mkdirSync(folder);
    const socketPath = join(folder, 'otlp.sock');
    const sidecar = await stage.ready(['--interval', '100ms'], { socket: socketPath });
    expect(await push({ socketPath }, pushOf('shop', 1))).toBe(200);
    rmSync(socketPath);
    await sidecar.line('the socket was removed, and is there again');
    expect(await push({ socketPath }, pushOf('shop', 2))).toBe(200);
    renameSync(folder, `${folder}-away`);
    await sidecar.line('its directory does not exist');
    mkdirSync(folder);
    await vi.waitFor(async () => expect(await push({ socketPath }, pushOf('shop', 3))).toBe(200), 5_000);
    expect(CALLS.exec(await sidecar.exposition())?.[1]).toBe('3');
    expect(sidecar.log.filter((line) => line.includes('its directory does not exist'))).toHaveLength(1);
    expect((await sidecar.stop()).code).toBe(0);
  });
});
