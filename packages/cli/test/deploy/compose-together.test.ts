import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultConfig, generatedFiles } from '@outrider/dashboards';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answering } from '../../src/demo/answering.ts';
import { demoEnvironment } from '../../src/demo/environment.ts';
import { Guardian } from '../../src/demo/guardian.ts';
import { MAIN } from '../../src/demo/layout.ts';
import { freePorts } from '../../src/demo/ports.ts';
import { Processes } from '../../src/demo/processes.ts';
import { eventually } from '../acceptance/eventually.ts';
import { COMPOSE, rewritten, startComposeServers } from './compose-servers.ts';
import type { ComposeServers } from './compose-servers.ts';
import { REPOSITORY, makeImageTree } from './image-tree.ts';

const READY_MS = 20_000;
const REQUESTS = 25;

let folder: string;
let servers: ComposeServers;
let guardian: Guardian;
let processes: Processes;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outrider-compose-'));
  guardian = new Guardian(folder);
  processes = new Processes(guardian);
  servers = await startComposeServers(join(folder, 'secrets'));
});

afterEach(async () => {
  processes.kill();
  await processes.stop();
  await guardian.release();
  await servers.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

it('the files of the compose file work together, without its containers', { timeout: 90_000 }, async () => {
  const ports = await freePorts({ otlp: 0, metrics: 0, shop: 0, prometheus: 0 });
  const secrets = '/run/secrets';
  const socket = join(folder, 'otlp.sock');

  const prometheus = await rewritten(join(COMPOSE, 'prometheus.yml'), {
    [secrets]: servers.secrets,
    'outrider:9464': `127.0.0.1:${ports.metrics}`,
    '127.0.0.1:9090': `127.0.0.1:${ports.prometheus}`,
    'scrape_interval: 15s': 'scrape_interval: 1s',
  });
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, prometheus);
  // The rules that are mounted beside it, but evaluated every second.
  await mkdir(join(folder, 'rules'));
  const rules = generatedFiles({ ...defaultConfig, evaluationIntervalS: 1 }).get('prometheus/rules/outrider.yml') ?? '';
  await writeFile(join(folder, 'rules/outrider.yml'), rules);
  await promisify(execFile)('promtool', ['check', 'config', file]);
  // First, since it takes over its targets only after five seconds.
  const child = await processes.start({
    name: 'Prometheus',
    command: 'prometheus',
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      '--log.level=warn',
    ],
    cwd: folder,
  });

  const config = await rewritten(join(COMPOSE, 'outrider.yaml'), {
    [secrets]: servers.secrets,
    '/run/outrider/otlp.sock': socket,
    '127.0.0.1:4318': `127.0.0.1:${ports.otlp}`,
    '0.0.0.0:9464': `127.0.0.1:${ports.metrics}`,
    'redis://redis:6379': servers.redis.url,
    '//postgres:5432': `//127.0.0.1:${servers.postgres.port}`,
  });
  await writeFile(join(folder, 'outrider.yaml'), config);
  const sidecar = await processes.start({
    name: 'The sidecar',
    command: process.execPath,
    args: [MAIN, 'sidecar', '--config', join(folder, 'outrider.yaml')],
    env: demoEnvironment({ OUTRIDER_INTERVAL: '1s' }),
  });
  await sidecar.line((line) => (line.includes('"ready"') ? line : undefined), READY_MS);

  const shopTree = join(folder, 'shop');
  await makeImageTree(shopTree, 'examples/shop-express');
  await cp(join(REPOSITORY, 'examples/docker/shop'), shopTree, { recursive: true });
  const shop = await processes.start({
    name: 'The shop',
    command: process.execPath,
    args: [join(shopTree, 'server.mjs')],
    env: demoEnvironment({
      HOST: '127.0.0.1',
      PORT: String(ports.shop),
      DATABASE_URL: `postgresql://shop@127.0.0.1:${servers.postgres.port}/shop`,
      DATABASE_PASSWORD_FILE: join(servers.secrets, 'shop-postgres-password'),
      OTEL_SERVICE_NAME: 'shop',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OUTRIDER_SOCKET: socket,
    }),
  });
  await answering(shop, `http://127.0.0.1:${ports.shop}/healthz`, READY_MS);
  for (let sent = 0; sent < REQUESTS; sent += 1) {
    expect((await fetch(`http://127.0.0.1:${ports.shop}/products/7`)).status).toBe(200);
  }

  const url = `http://127.0.0.1:${ports.prometheus}`;
  await answering(child, `${url}/-/ready`, READY_MS);
  const ask = async (query: string): Promise<number[]> => {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
    const { data } = (await answer.json()) as { data: { result: ReadonlyArray<{ value: [number, string] }> } };
    return data.result.map(({ value }) => Number(value[1]));
  };

  await eventually(() => ask('up'), [1, 1]);
  await eventually(() => ask('redis_up'), [1]);
  await eventually(() => ask('postgresql_up'), [1]);
  const counted = 'sum(http_server_request_duration_seconds_count{job="shop",http_route="/products/:id"})';
  await eventually(() => ask(counted), [REQUESTS]);
  expect((await ask('redis_memory_used_bytes'))[0]).toBeGreaterThan(0);
  expect(await ask('postgresql_commits_total{db_namespace="shop"} > 0')).toHaveLength(1);
  expect(await ask('outrider_collector_success == 0')).toEqual([]);
  // One may be pending, where the first scrape came before the sidecar was there.
  await eventually(() => ask('ALERTS'), []);

  const token = (await readFile(join(servers.secrets, 'outrider-token'), 'utf8')).trim();
  const shown = `http://127.0.0.1:${ports.metrics}/metrics`;
  expect((await fetch(shown)).status).toBe(401);
  expect((await fetch(shown, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);

  await servers.redis.stop();
  await eventually(() => ask('redis_up'), [0]);
  expect(await ask('redis_memory_used_bytes')).toEqual([]);
  await eventually(() => ask('ALERTS{alertname="ServerDown",server="redis",alertstate="pending"}'), [1]);
});
