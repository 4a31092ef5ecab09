import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig, generatedFiles } from '@outrider/dashboards';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMPOSE } from './compose-servers.ts';
import { REPOSITORY } from './image-tree.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [key: string]: unknown;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

// Of the compose specification, the keys that are used; a misspelt one would be refused by docker compose.
const TOP = new Set(['name', 'x-confined', 'services', 'networks', 'volumes', 'secrets']);
const SERVICE = new Set(
  `build cap_drop command depends_on environment healthcheck image mem_limit networks pids_limit ports read_only
   restart secrets security_opt shm_size stop_grace_period tmpfs user volumes`.split(/\s+/),
);
const HEALTHCHECK = new Set(['test', 'interval', 'timeout', 'retries', 'start_period']);

const file = parse(readFileSync(join(COMPOSE, 'compose.yaml'), 'utf8'), { merge: true }) as ComposeFile;
const services = Object.entries(file.services);

describe('compose.yaml', () => {
  it('has nothing but what the specification knows', () => {
    expect(Object.keys(file).filter((key) => !TOP.has(key))).toEqual([]);
    for (const [name, service] of services) {
      const unknown = Object.keys(service).filter((key) => !SERVICE.has(key));
      const health = Object.keys(service['healthcheck'] as object).filter((key) => !HEALTHCHECK.has(key));
      expect([name, unknown, health]).toEqual([name, [], []]);
    }
  });

  it.each(services)('%s is confined, limited, asked how it is, and of one version', (_name, service) => {
    expect(service).toMatchObject({
      image: expect.stringMatching(/:v?\d+\.\d+/),
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+m$/),
      pids_limit: expect.any(Number),
      healthcheck: { test: expect.any(Array) },
    });
  });

  it('gives the sidecar 128 MiB, 64 processes, and the user of the image', () => {
    expect(file.services['outrider']).toMatchObject({ mem_limit: '128m', pids_limit: 64, user: '65532:65532' });
    // Nobody else may open the socket.
    expect(file.services['shop']).toMatchObject({ user: '65532:65532' });
  });

  it('is reached from this machine only, and shows neither database nor sidecar', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    for (const [name, { ports, networks }] of services) {
      const inside = networks.every((network) => file.networks[network]?.internal === true);
      expect([name, inside]).toEqual([name, ports === undefined]);
    }
  });

  it('names networks, volumes, secrets and services that are there, and uses all of them', () => {
    const used = (key: 'networks' | 'secrets'): string[] =>
      [...new Set(services.flatMap(([, service]) => service[key] ?? []))].toSorted();
    expect(used('networks')).toEqual(Object.keys(file.networks).toSorted());
    expect(used('secrets')).toEqual(Object.keys(file.secrets).toSorted());
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const named = mounted.filter((source) => !source.startsWith('.'));
    expect([...new Set(named)].toSorted()).toEqual(Object.keys(file.volumes).toSorted());
    for (const [, { depends_on: needs = {} }] of services) {
      for (const need of Object.keys(needs)) expect(file.services[need]?.['healthcheck']).toBeDefined();
    }
  });

  it('asks PostgreSQL over TCP, where it answers only once its users are made', () => {
    expect(file.services['postgres']?.['healthcheck']).toMatchObject({
      test: expect.arrayContaining(['--host', '127.0.0.1']),
    });
  });

  it('stops the shop before the sidecar, which takes its last figures', () => {
    expect(Object.keys(file.services['shop']?.depends_on ?? {})).toContain('outrider');
  });

  it('mounts and builds files that are there; its secrets are made, and not kept', () => {
    for (const [, { volumes = [], build }] of services) {
      for (const source of volumes.map((volume) => volume.split(':')[0] ?? '').filter((path) => path.startsWith('.'))) {
        expect([source, existsSync(join(COMPOSE, source))]).toEqual([source, true]);
      }
      if (build !== undefined) expect(existsSync(join(COMPOSE, build.context, build.dockerfile))).toBe(true);
    }
    const makes = readFileSync(join(COMPOSE, 'make-secrets.sh'), 'utf8');
    for (const [name, { file: path }] of Object.entries(file.secrets)) {
      expect(path).toBe(`./secrets/${name}`);
      expect(makes).toContain(name);
    }
    expect(readFileSync(join(COMPOSE, '.gitignore'), 'utf8')).toBe('secrets/\n');
  });
});

describe('make-secrets.sh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const make = (): void => void execFileSync(join(COMPOSE, 'make-secrets.sh'), [folder]);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8').trimEnd();

  it('keeps what is there, and tells Redis of a password that was made anew', () => {
    make();
    const [token, password] = [read('outrider-token'), read('outrider-redis-password')];
    rmSync(join(folder, 'outrider-redis-password'));
    make();
    expect(read('outrider-token')).toBe(token);
    expect(read('outrider-redis-password')).not.toBe(password);
    const hash = createHash('sha256').update(read('outrider-redis-password')).digest('hex');
    expect(read('redis-users')).toContain(`user outrider on #${hash} `);
  });

  it('closes the folder to others, and lets users of containers read what is mounted of it', () => {
    make();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o444);
  });
});

describe('what Prometheus, Grafana and Alertmanager are given', () => {
  // The file or folder of the repository that a container has at a path.
  const mounted = (service: string, target: string): string => {
    const volume = file.services[service]?.volumes?.find((mount) => mount.endsWith(`:${target}:ro`));
    return join(COMPOSE, volume?.split(':')[0] ?? 'missing');
  };
  const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));
  const provisioning = mounted('grafana', '/etc/grafana/provisioning');

  it('is generated: the same rules, dashboards and routes as everywhere', () => {
    const generated = [...generatedFiles(defaultConfig)].map(([path]) => join(REPOSITORY, path));
    const rules = mounted('prometheus', '/etc/prometheus/rules');
    expect(generated).toContain(mounted('alertmanager', '/etc/alertmanager/alertmanager.yml'));
    for (const folder of [rules, provisioning, mounted('grafana', '/var/lib/grafana/dashboards')]) {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      expect(files.length).toBeGreaterThan(0);
      for (const { parentPath, name } of files) expect(generated).toContain(join(parentPath, name));
    }
  });

  it('is the Prometheus of the file, scraped as often as the dashboards think, and the folder that is mounted', () => {
    const { global } = read(mounted('prometheus', '/etc/prometheus/prometheus.yml')) as {
      global: { scrape_interval: string; evaluation_interval: string };
    };
    expect(global).toEqual({
      scrape_interval: `${defaultConfig.scrapeIntervalS}s`,
      evaluation_interval: `${defaultConfig.evaluationIntervalS}s`,
    });
    expect(read(join(provisioning, 'datasources/prometheus.yaml'))).toMatchObject({
      apiVersion: 1,
      datasources: [
        {
          type: 'prometheus',
          url: 'http://prometheus:9090',
          isDefault: true,
          jsonData: { timeInterval: global.scrape_interval },
        },
      ],
    });
    const [{ options }] = (
      read(join(provisioning, 'dashboards/outrider.yaml')) as { providers: [{ options: { path: string } }] }
    ).providers;
    expect(mounted('grafana', options.path)).toBe(join(REPOSITORY, 'grafana/dashboards'));
  });

  it('alerts once: Grafana has no rules of its own', () => {
    expect(readdirSync(provisioning).toSorted()).toEqual(['dashboards', 'datasources']);
  });
});
