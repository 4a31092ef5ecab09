import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startAlertmanager } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { alertmanagerConfig } from '../../src/outputs/alertmanager-config.ts';
import { ruleGroups } from '../../src/rules/groups.ts';
import { labelsOf } from '../../src/outputs/rules-file.ts';
import { allCases } from '../rules/all-cases.ts';

type Labels = Readonly<Record<string, string>>;

interface Alert {
  readonly labels: Labels;
  readonly fingerprint: string;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

interface Group {
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly Alert[];
}

/** Every alert at once, with the labels that it has when it fires. */
const ALL: readonly Labels[] = allCases.map(({ alert, says }) => ({ alertname: alert, ...says.labels }));

/** The same where nothing critical is about it, and alerts of others. */
const ELSEWHERE: readonly Labels[] = [
  ...ALL.filter(({ alertname }) => alertname === 'CpuHigh').map((labels) => ({ ...labels, instance: 'web-2:9464' })),
  ...ALL.filter(({ alertname }) => alertname === 'LatencyP95Warn').map((labels) => ({ ...labels, job: 'cart' })),
  { alertname: 'Outage', severity: 'critical', job: 'shop', instance: 'web-1:9464' },
  { alertname: 'DiskFull', severity: 'warning', job: 'shop', instance: 'web-1:9464' },
  { alertname: 'OldKernel', severity: 'warning', job: 'outrider', instance: 'web-1:9464' },
];

// Several cases are of one alert.
const POSTED = [...new Map([...ALL, ...ELSEWHERE].map((labels) => [fingerprint(labels), labels])).values()];

function fingerprint(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function name({ alertname, job, instance, window, reason, server }: Labels): string {
  return [alertname, job, instance, window ?? reason ?? server].filter((part) => part !== undefined).join(' ');
}

describe('amtool', () => {
  let folder: string;
  let file: string;
  const amtool = (...args: readonly string[]) => promisify(execFile)('amtool', args);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-alertmanager-'));
    file = join(folder, 'alertmanager.yml');
    await writeFile(file, alertmanagerConfig());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds nothing wrong with it', async () => {
    expect((await amtool('check-config', file)).stdout).toContain('SUCCESS');
  });

  it('sends every alert where its severity and kind say', async () => {
    const alerts = ruleGroups(defaultConfig).flatMap(({ rules }) =>
      rules.flatMap((rule) => ('alert' in rule ? [labelsOf(rule)] : [])),
    );
    const routes = new Set(alerts.map(({ severity, kind }) => `severity=${severity} kind=${kind}`));
    const receivers = await Promise.all(
      [...routes].map(async (labels) => {
        const { stdout } = await amtool('config', 'routes', 'test', `--config.file=${file}`, ...labels.split(' '));
        return [labels, stdout.trim()] as const;
      }),
    );
    expect(Object.fromEntries(receivers)).toEqual({
      'severity=critical kind=threshold': 'page',
      'severity=critical kind=availability': 'page',
      'severity=critical kind=regression': 'page',
      'severity=warning kind=threshold': 'tickets',
      'severity=warning kind=availability': 'tickets',
      'severity=warning kind=regression': 'releases',
      'severity=info kind=threshold': 'log',
    });
  });
});

describe('Alertmanager with every alert at once', () => {
  let server: TestServer;
  const get = async (path: string): Promise<unknown> => (await fetch(`${server.url}/api/v2/${path}`)).json();

  beforeAll(async () => {
    server = await startAlertmanager(alertmanagerConfig());
    const { ok } = await fetch(`${server.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(POSTED.map((labels) => ({ labels }))),
    });
    if (!ok) throw new Error('Alertmanager does not take the alerts');
  });
  afterAll(() => server.stop());

  it('mutes what a worse alert says as well, and nothing else', async () => {
    const muted = async (): Promise<Readonly<Record<string, string>>> => {
      const alerts = (await get('alerts')) as readonly Alert[];
      expect(alerts).toHaveLength(POSTED.length);
      const names = new Map(alerts.map((alert) => [alert.fingerprint, alert.labels['alertname'] ?? '']));
      return Object.fromEntries(
        alerts.flatMap(({ labels, status }) => status.inhibitedBy.map((by) => [name(labels), names.get(by) ?? ''])),
      );
    };
    await expect.poll(muted, { timeout: 5000, interval: 50 }).toEqual({
      'LatencyP95Warn shop': 'LatencyP95High',
      'SlowRequests shop': 'LatencyP95High',
      'ErrorBudgetBurnTicket shop 1d': 'ErrorBudgetBurnPage',
      'ErrorBudgetBurnTicket shop 3d': 'ErrorBudgetBurnPage',
      'WorkerCrashed shop web-1 crash': 'WorkerOutOfMemory',
      'WorkerCrashed shop web-1 killed': 'WorkerOutOfMemory',
      'WorkerCrashed shop web-1 lost': 'WorkerOutOfMemory',
      'ContainerMemoryHigh shop web-1': 'MemoryJump',
      'ThroughputLow shop': 'ApplicationMissing',
      'ThroughputRegression shop': 'ApplicationMissing',
      'CpuHigh outrider web-1:9464': 'CpuCritical',
      'CpuCritical outrider web-1:9464': 'TargetMissing',
      'MemoryHigh outrider web-1:9464': 'TargetMissing',
      'OutriderDropsSamples outrider web-1:9464 too_many_series': 'TargetMissing',
      'OutriderDropsSamples outrider web-1:9464 queue_full': 'TargetMissing',
      'ServerDown outrider web-1:9464 redis': 'TargetMissing',
      'ServerDown outrider web-1:9464 memcached': 'TargetMissing',
      'ServerDown outrider web-1:9464 postgresql': 'TargetMissing',
      'ServerDown outrider web-1:9464 pgbouncer': 'TargetMissing',
    });
  });

  it('tells of an application and a signal at once, to whom it concerns', async () => {
    const groups = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
      const found = ((await get('alerts/groups')) as readonly Group[]).filter(
        ({ labels }) => labels['job'] === 'shop' && labels['signal'] === 'latency',
      );
      return Object.fromEntries(
        found.map(({ receiver, alerts }) => [
          receiver.name,
          alerts.map(({ labels }) => labels['alertname'] ?? '').toSorted(),
        ]),
      );
    };
    await expect.poll(groups, { timeout: 5000, interval: 50 }).toEqual({
      page: ['LatencyP95High'],
      tickets: ['LatencyP95Warn'],
      releases: ['LatencyRegression', 'ReleaseRegression'],
      log: ['SlowRequests'],
    });
  });
});

it('an Alertmanager that does not take a configuration says why', async () => {
  await expect(startAlertmanager('route: {}')).rejects.toThrow('root route must specify a default receiver');
});
