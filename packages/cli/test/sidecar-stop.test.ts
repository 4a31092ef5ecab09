import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { push, pushOf, SidecarStage } from './sidecar-stage.ts';
import type { RunningSidecar } from './sidecar-stage.ts';

const FAILING = fileURLToPath(new URL('programs/fail-on-signal.mjs', import.meta.url));

// How often a sidecar is stopped under load; fifty for a longer look.
const STOPS = Number(process.env.OUTRIDER_TEST_STOPS ?? 4);
// So many at once, since most of the time is waiting.
const TOGETHER = 4;

const MOST_MS = 5_000;

let stage: SidecarStage;
let silent: Server;
let sockets: Set<Socket>;

beforeEach(async () => {
  stage = new SidecarStage();
  sockets = new Set();
  // Takes everything and answers nothing: a backend or a database that hangs.
  silent = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).resume();
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterEach(async () => {
  await stage.close();
  for (const socket of sockets) socket.destroy();
  silent.close();
});

function kept(socket: Socket): Socket {
  sockets.add(socket);
  return socket.on('error', () => undefined);
}

/** A sidecar with everything that could keep it from ending. */
async function beset(): Promise<RunningSidecar> {
  const { port } = silent.address() as AddressInfo;
  const sidecar = await stage.start([
    `--forward=http://127.0.0.1:${port}`,
    `--watch=postgres://outrider@127.0.0.1:${port}/shop`,
    `--proc-root=${join(stage.folder, 'proc')}`,
    '--interval=1s',
  ]);
  // Ready is it only when it has given up on the /proc that hangs.
  await sidecar.line('listening for="OTLP socket"');
  for (let client = 0; client < 100; client += 1) {
    const stream = kept(connect(sidecar.metrics, '127.0.0.1'));
    stream.write('GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
    stream.pause();
  }
  kept(connect(sidecar.otlp, '127.0.0.1')).write('POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Le');
  kept(connect(sidecar.socket)).write('POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{');
  kept(connect(sidecar.metrics, '127.0.0.1')).write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await vi.waitFor(async () => expect(await sidecar.sample('outrider_stream_clients')).toBe(100), 10_000);
  return sidecar;
}

/** Pushes as fast as it is answered, until the sidecar is gone. */
function load(sidecar: RunningSidecar): void {
  const loop = async (): Promise<void> => {
    for (let calls = 1; ; calls += 1) await push({ socketPath: sidecar.socket }, pushOf('shop', calls));
  };
  void loop().catch(() => undefined);
}

describe('a sidecar that is to stop', () => {
  it(`ends within five seconds, in whatever state, ${STOPS} times`, { timeout: 30_000 + STOPS * 10_000 }, async () => {
    mkdirSync(join(stage.folder, 'proc'));
    // Opening a pipe to read waits for a writer: a /proc that hangs.
    execFileSync('mkfifo', [join(stage.folder, 'proc', 'meminfo'), join(stage.folder, 'proc', 'stat')]);
    for (let stopped = 0; stopped < STOPS; stopped += TOGETHER) {
      const sidecars = await Promise.all(Array.from({ length: Math.min(TOGETHER, STOPS - stopped) }, beset));
      for (const sidecar of sidecars) load(sidecar);
      await Promise.all(sidecars.map((sidecar) => vi.waitFor(async () => expect(await sidecar.sample('outrider_receiver_requests_total{encoding="json",result="ok"}')).toBeGreaterThan(20), 10_000))); // prettier-ignore
      const ends = await Promise.all(
        sidecars.map((sidecar, index) => sidecar.stop(index % 2 === 0 ? 'SIGTERM' : 'SIGINT')),
      );
      for (const [index, { code, tookMs }] of ends.entries()) {
        expect(code, sidecars[index]?.log.join('\n')).toBe(0);
        expect(tookMs, sidecars[index]?.log.join('\n')).toBeLessThan(MOST_MS);
      }
      for (const { socket } of sidecars) expect(existsSync(socket)).toBe(false);
    }
  });

  it('ends while it starts, and while it reads its configuration again', async () => {
    const starting = await stage.start();
    await starting.line('listening');
    const begun = await starting.stop();
    expect(begun.code).toBe(0);
    const config = join(stage.folder, 'outrider.yaml');
    writeFileSync(config, 'limits: { series: 500 }\n');
    const reloading = await stage.ready(['--config', config]);
    for (let time = 0; time < 20; time += 1) reloading.child.kill('SIGHUP');
    const { code, tookMs } = await reloading.stop();
    expect(code).toBe(0);
    expect(Math.max(tookMs, begun.tookMs)).toBeLessThan(MOST_MS);
  });

  it('ends at once at the second signal', async () => {
    const sidecar = await stage.ready();
    const held = get({ port: sidecar.metrics, path: '/api/v1/stream', agent: false });
    held.on('error', () => undefined);
    await once(held, 'response');
    // A request that is never finished: it has a second, from when the sidecar has begun to read it.
    const unfinished = kept(connect(sidecar.otlp, '127.0.0.1'));
    const head = [
      'POST /v1/metrics HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 99',
    ];
    unfinished.write(`${[...head, 'Expect: 100-continue'].join('\r\n')}\r\n\r\n`);
    await once(unfinished, 'data');
    sidecar.child.kill('SIGTERM');
    await sidecar.line('stopping');
    const { code, tookMs } = await sidecar.stop('SIGINT');
    expect(code).toBe(130);
    expect(tookMs).toBeLessThan(1_000);
    held.destroy();
  });

  it.each(['exception', 'rejection'])('ends with 1 and one line at an %s that nobody caught', async (kind) => {
    const sidecar = await stage.ready([], { nodeArgs: ['--import', FAILING], through: ['env', `FAIL_BY=${kind}`] });
    const told = sidecar.log.length;
    const { code, tookMs } = await sidecar.stop('SIGUSR2');
    expect(code).toBe(1);
    expect(tookMs).toBeLessThan(1_000);
    expect(sidecar.log.slice(told)).toEqual([
      expect.stringMatching(/ error the sidecar failed and ends error="made to fail" at=".*fail-on-signal\.mjs/),
    ]);
    expect(existsSync(sidecar.socket)).toBe(true);
  });
});
