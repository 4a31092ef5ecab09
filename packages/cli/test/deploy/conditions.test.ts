import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Guardian } from '../../src/demo/guardian.ts';
import { freePorts } from '../../src/demo/ports.ts';
import { Processes } from '../../src/demo/processes.ts';
import { eventually } from '../acceptance/eventually.ts';
import { samplesOf, total } from '../acceptance/exposition.ts';
import type { Sample } from '../acceptance/exposition.ts';
import { LimitedCgroup, whyNoCgroups } from '../acceptance/limited-cgroup.ts';
import { Backend } from './backend.ts';
import { startComposeServers } from './compose-servers.ts';
import type { ComposeServers } from './compose-servers.ts';
import { ImageRoot, PIDS, UID, statusOf, whyNotConfined } from './confinement.ts';
import { COMMAND } from './image-tree.ts';
import { pushPoints } from './pushing.ts';

const MEMORY_BYTES = 128 * 2 ** 20;
const STOP_MS = 5000;
const CHECKS = 3;
// The run that docs/guide/install.md tells the figures of was one of 5.
const LOAD_SECONDS = Number(process.env['OUTRIDER_LOAD_SECONDS'] ?? 2);
const CONFIG = '/etc/outrider/outrider.yaml';
const SECRETS = '/run/secrets';

const notConfined = await whyNotConfined();
const noCgroups = await whyNoCgroups();

describe.skipIf(notConfined !== undefined)(`as a container runs it${notConfined ? `: ${notConfined}` : ''}`, () => {
  let folder: string;
  let servers: ComposeServers;
  let backend: Backend;
  let cgroup: LimitedCgroup | undefined;
  let guardian: Guardian;
  let processes: Processes;
  let ports: Record<'otlp' | 'metrics', number>;
  let token: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-deploy-'));
    guardian = new Guardian(folder);
    processes = new Processes(guardian);
    ports = await freePorts({ otlp: 0, metrics: 0 });
    backend = await Backend.open();
    servers = await startComposeServers(join(folder, 'secrets'));
    token = (await readFile(join(servers.secrets, 'outrider-token'), 'utf8')).trim();
    if (noCgroups === undefined) cgroup = LimitedCgroup.make({ memoryBytes: MEMORY_BYTES });
  });

  afterEach(async () => {
    processes.kill();
    await processes.stop();
    await guardian.release();
    await cgroup?.remove();
    await backend.close();
    await servers.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  const config = (interval: string): string =>
    stringify({
      otlp: { listen: `127.0.0.1:${ports.otlp}`, socket: '/var/lib/outrider/otlp.sock' },
      metrics: { listen: `127.0.0.1:${ports.metrics}` },
      interval,
      tokenFile: `${SECRETS}/outrider-token`,
      watch: [
        { url: servers.redis.url, user: 'outrider', password: { file: `${SECRETS}/outrider-redis-password` } },
        {
          url: `postgresql://127.0.0.1:${servers.postgres.port}/shop`,
          user: 'outrider',
          password: { file: `${SECRETS}/outrider-postgres-password` },
        },
      ],
      // A small queue, so that most of what waits is on the volume.
      forward: {
        endpoint: backend.url,
        name: 'central',
        queueBytes: 65_536,
        spool: { folder: '/var/lib/outrider/spool', bytes: 8 * 2 ** 20 },
      },
    });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${ports.metrics}${path}`, { headers, signal: AbortSignal.timeout(5000) });

  const samples = async (): Promise<Sample[]> =>
    samplesOf(await (await get('/metrics', { authorization: `Bearer ${token}` })).text());

  const sum = async (name: string, labels: Record<string, string> = {}): Promise<number> =>
    total(await samples(), name, labels);

  it('starts, receives, serves, forwards, reloads and stops within all limits', { timeout: 60_000 }, async () => {
    const secrets = await Promise.all(
      (await readdir(servers.secrets)).map(
        async (name) => [`${SECRETS}/${name}`, await readFile(join(servers.secrets, name), 'utf8')] as const,
      ),
    );
    const root = await ImageRoot.make(join(folder, 'root'), {
      [CONFIG]: config('1s'),
      ...Object.fromEntries(secrets),
    });
    const [command, ...confine] = root.command(cgroup?.environment.CGROUP_PROCS.split(':'));
    const args = [...confine, `/app/${COMMAND}`, 'sidecar', '--config', CONFIG];
    const surroundings = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/' };
    const sidecar = await processes.start({ name: 'The sidecar', command, args, ...surroundings });
    await sidecar.line((line) => (line.includes(' ready') ? line : undefined), 20_000);

    expectUnprivileged(sidecar.pid);
    await expectNothingToWriteTo(sidecar.pid);
    await promisify(execFile)(command, [...args, '--health'], surroundings);
    expect((await get('/metrics')).status).toBe(401);
    await eventually(() => sum('redis_up'), 1);
    await eventually(() => sum('postgresql_up'), 1);

    const socket = `/proc/${sidecar.pid}/root/var/lib/outrider/otlp.sock`;
    // A health check is a Node.js of its own in the same 128 MiB: had it no room, the kernel would end one of the two.
    const loaded = pushPoints(socket, 10_000, LOAD_SECONDS);
    for (let check = 0; check < CHECKS; check += 1) {
      await promisify(execFile)(command, [...args, '--health'], surroundings);
    }
    const pushed = await loaded;
    expect(await sum('outrider_receiver_points_total', { result: 'stored' })).toBe(pushed);
    expect(await sum('load_steps_total', { job: 'loaded' })).toBe(pushed);
    expect(await sum('outrider_forward_queue_size_bytes', { backend: 'central', store: 'disk' })).toBeGreaterThan(0);
    backend.up = true;
    await eventually(async () => (await sum('outrider_forward_sent_total', { backend: 'central' })) >= pushed, true);
    expect(await sum('outrider_forward_dropped_total', { backend: 'central' })).toBe(0);

    await writeFile(join(root.folder, CONFIG), config('2s'));
    process.kill(sidecar.pid, 'SIGHUP');
    await eventually(() => sum('outrider_config_reloads_total', { result: 'ok' }), 1);
    await writeFile(join(root.folder, CONFIG), 'interval: never\n');
    process.kill(sidecar.pid, 'SIGHUP');
    await eventually(() => sum('outrider_config_reloads_total', { result: 'refused' }), 1);
    expect(await sum('load_steps_total', { job: 'loaded' })).toBe(pushed);

    const { VmHWM: peak = '', Threads: threads } = statusOf(sidecar.pid);
    expect(Number(threads)).toBeLessThanOrEqual(PIDS);
    expect(Number.parseInt(peak, 10) * 1024).toBeLessThan(MEMORY_BYTES);
    const begin = performance.now();
    process.kill(sidecar.pid, 'SIGTERM');
    expect(await sidecar.exited).toBe('code 0');
    expect(performance.now() - begin).toBeLessThan(STOP_MS);
  });
});

/** No root, no capability to have or to get, no new privileges, and few processes. */
function expectUnprivileged(pid: number): void {
  const status = statusOf(pid);
  expect(status['Uid']?.split('\t')).toEqual(Array(4).fill(String(UID)));
  expect(status['Gid']?.split('\t')).toEqual(Array(4).fill(String(UID)));
  expect(status['Groups']?.trim()).toBe('');
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
    expect([set, status[set]]).toEqual([set, '0000000000000000']);
  }
  expect(status['NoNewPrivs']).toBe('1');
}

/** No shell, no tool, and one volume that can be written to. */
async function expectNothingToWriteTo(pid: number): Promise<void> {
  const there = await readdir(`/proc/${pid}/root`);
  expect(there).not.toEqual(expect.arrayContaining(['bin']));
  expect(there).not.toEqual(expect.arrayContaining(['sbin']));
  const inside = `/proc/${pid}/root`;
  for (const path of ['/app/x', '/etc/outrider/x', '/nodejs/bin/x', '/run/secrets/x', '/x']) {
    await expect(writeFile(inside + path, '')).rejects.toMatchObject({ code: 'EROFS' });
  }
  await writeFile(`${inside}/var/lib/outrider/x`, '');
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
  expect(/^Max processes +(\d+)/m.exec(limits)?.[1]).toBe(String(PIDS));
}
