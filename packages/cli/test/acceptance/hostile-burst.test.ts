import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { costlyBodies, costlyMessages } from '../../../sidecar/test/torture/costly-bodies.ts';
import { JSON_TYPE, post, PROTOBUF_TYPE } from '../../../sidecar/test/torture/post.ts';
import { LimitedCgroup, whyNoCgroups } from './limited-cgroup.ts';

const OUTRIDER = fileURLToPath(new URL('../../bin/outrider.js', import.meta.url));
const AT_ONCE = 6;
// V8 looks once, when it starts, how much memory there is: so the process is in its cgroup before.
const ENTER = 'IFS=:; for f in $CGROUP_PROCS; do echo $$ > $f; done; unset IFS; exec "$@"';

const impossible = await whyNoCgroups();

it.skipIf(impossible !== undefined)(
  'bears the most costly requests within the 128 MiB of a container',
  { timeout: 120_000 },
  async () => {
    const cgroup = LimitedCgroup.make({ memoryBytes: 128 * 2 ** 20 });
    const folder = mkdtempSync(join(tmpdir(), 'outrider-burst-'));
    const listen = ['--otlp-listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0'];
    const args = ['sidecar', ...listen, '--otlp-socket', join(folder, 'otlp.sock'), '--log-format', 'json'];
    const sidecar = spawn('/bin/sh', ['-c', ENTER, 'sh', process.execPath, OUTRIDER, ...args], {
      env: { ...process.env, ...cgroup.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(sidecar, 'exit');
    let log = '';
    for (const stream of [sidecar.stdout, sidecar.stderr]) stream.on('data', (chunk: Buffer) => (log += String(chunk)));
    try {
      const address = await vi.waitFor(() => {
        const found = /"for":"OTLP listener","at":"([^"]+)"/.exec(log)?.[1];
        expect(found, log).toBeDefined();
        return new URL(found ?? '');
      }, 10_000);
      const to = { host: address.hostname, port: Number(address.port) };
      const all = [
        ...costlyMessages.map(([what, body]) => [what, body, PROTOBUF_TYPE] as const),
        ...costlyBodies.map(([what, body]) => [what, body, JSON_TYPE] as const),
      ];
      for (const [what, body, type] of all) {
        const sent = gzipSync(body());
        const headers = { ...type, 'content-encoding': 'gzip' };
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => post(to, sent, headers)));
        expect([what, ...new Set(answers.map(({ status }) => status))]).toEqual([what, 200]);
      }
      sidecar.kill();
      expect(await ended).toEqual([0, null]);
    } finally {
      sidecar.kill('SIGKILL');
      await ended;
      await cgroup.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
