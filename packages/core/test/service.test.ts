import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { detectResource } from '../src/service.ts';
import type { Resource } from '../src/service.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-service-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file below the folder, and tells its path. */
function file(path: string, content: unknown = ''): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, typeof content === 'string' ? content : JSON.stringify(content));
  return whole;
}

function detect(environment: Record<string, string> = {}, entryPoint?: string, service?: string): Resource {
  return detectResource({ environment, entryPoint, service });
}

describe('service.name', () => {
  test('option, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, package.json, in this order', () => {
    file('package.json', { name: 'from-package', version: '4.5.6' });
    const entry = file('main.js');
    const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-attributes' };
    const both = { ...attributes, OTEL_SERVICE_NAME: 'from-variable' };
    expect(detect(both, entry, 'from-option')['service.name']).toBe('from-option');
    expect(detect(both, entry)['service.name']).toBe('from-variable');
    expect(detect({ ...attributes, OTEL_SERVICE_NAME: '' }, entry)['service.name']).toBe('from-attributes');
    expect(detect({}, entry)['service.name']).toBe('from-package');
    expect(detect()['service.name']).toBe('unknown_service:node');
  });

  test('the package.json of the application is the nearest with a name', () => {
    file('package.json', { name: 'app', version: '1.0.0' });
    file('dist/package.json', { type: 'commonjs' });
    const entry = file('dist/server/main.js');
    expect(detect({}, entry)).toMatchObject({ 'service.name': 'app', 'service.version': '1.0.0' });
  });

  test('one that cannot be read is passed over', () => {
    file('package.json', { name: 'app' });
    file('dist/package.json', '{ not json');
    expect(detect({}, file('dist/main.js'))['service.name']).toBe('app');
    file('dist/package.json', 'null');
    expect(detect({}, file('dist/main.js'))['service.name']).toBe('app');
  });

  test('a linked entry point belongs to the package that it is in', () => {
    file('linked/package.json', { name: 'elsewhere' });
    file('package/package.json', { name: 'app' });
    const entry = file('package/bin/main.js');
    symlinkSync(entry, join(folder, 'linked/start'));
    expect(detect({}, join(folder, 'linked/start'))['service.name']).toBe('app');
  });

  test('the application that PM2 has loaded, not PM2', () => {
    file('node_modules/pm2/package.json', { name: 'pm2' });
    file('app/package.json', { name: 'app' });
    const environment = { pm_exec_path: file('app/main.js') };
    for (const container of ['ProcessContainer.js', 'ProcessContainerFork.js']) {
      const entry = file(`node_modules/pm2/lib/${container}`);
      expect(detect(environment, entry)['service.name']).toBe('app');
    }
    // A child process of the application has inherited the variable.
    file('child/package.json', { name: 'child' });
    expect(detect(environment, file('child/main.js'))['service.name']).toBe('child');
  });

  test('an entry point that is not there is none', () => {
    expect(detect({}, join(folder, 'gone.js'))['service.name']).toBe('unknown_service:node');
  });
});

describe('service.version', () => {
  test('OTEL_RESOURCE_ATTRIBUTES before package.json; absent if nobody knows', () => {
    file('package.json', { name: 'app', version: '1.0.0' });
    const entry = file('main.js');
    const given = { OTEL_RESOURCE_ATTRIBUTES: 'service.version=2.0.0-rc.1' };
    expect(detect(given, entry)['service.version']).toBe('2.0.0-rc.1');
    expect(detect({}, entry)['service.version']).toBe('1.0.0');
    expect(detect()).not.toHaveProperty('service.version');
    file('package.json', { name: 'app', version: 7 });
    expect(detect({}, entry)).not.toHaveProperty('service.version');
  });
});

describe('OTEL_RESOURCE_ATTRIBUTES', () => {
  test('is percent-decoded, and holds what else is in it', () => {
    const text = 'deployment.environment.name = pro%64, team=caf%C3%A9%20%2C%3D, empty=, a=b=c';
    expect(detect({ OTEL_RESOURCE_ATTRIBUTES: text })).toMatchObject({
      'deployment.environment.name': 'prod',
      team: 'café ,=',
      empty: '',
      a: 'b=c',
    });
  });

  test('is void altogether if one value cannot be decoded', () => {
    const resource = detect({ OTEL_RESOURCE_ATTRIBUTES: 'team=blue,service.name=x,broken=%E0%A4%A' });
    expect(resource).not.toHaveProperty('team');
    expect(resource['service.name']).toBe('unknown_service:node');
  });

  test.each(['', ',', '=x', 'novalue', ' , '])('%j holds nothing', (text) => {
    const { 'service.instance.id': _a, ...given } = detect({ OTEL_RESOURCE_ATTRIBUTES: text });
    const { 'service.instance.id': _b, ...bare } = detect();
    expect(given).toEqual(bare);
  });

  test('may not make a prototype', () => {
    detect({ OTEL_RESOURCE_ATTRIBUTES: '__proto__=x' });
    expect(Object.prototype).not.toHaveProperty('x');
  });
});

test('an instance has a new id at every start, unless it is given', () => {
  const ids = [detect(), detect()].map((resource) => resource['service.instance.id']);
  expect(new Set(ids).size).toBe(2);
  expect(detect({ OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-7' })['service.instance.id']).toBe('pod-7');
  expect(detect()).toMatchObject({ 'process.pid': process.pid, 'telemetry.sdk.language': 'nodejs' });
});

describe('a worker', () => {
  const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-7' };
  const service = JSON.stringify(new URL('../src/service.ts', import.meta.url).href);
  const detectAndTell = (entryPoint: string, tell: string): string => `
    import(${service}).then(({ detectResource }) => {
      const environment = ${JSON.stringify(attributes)};
      ${tell}(detectResource({ environment, entryPoint: ${entryPoint} }));
    });`;

  /** The resource that a thread finds, told by its script. */
  async function resourceOf(script: string | URL, options: WorkerOptions = {}): Promise<Resource> {
    const thread = new Worker(script, options);
    try {
      const [resource] = (await once(thread, 'message')) as [Resource];
      return resource;
    } finally {
      await thread.terminate();
    }
  }

  const IN_THREAD = detectAndTell('process.argv[1]', "require('node:worker_threads').parentPort.postMessage");

  test('thread is told apart from its siblings where the instance id is given', async () => {
    const resources = await Promise.all([1, 2].map(() => resourceOf(IN_THREAD, { eval: true })));
    const ids = resources.map((resource) => resource['service.instance.id']);
    expect(ids).toEqual(resources.map((resource) => `pod-7/${process.pid}/${resource['thread.id']}`));
    expect(new Set(ids).size).toBe(2);
  });

  test('of a cluster is told apart from its siblings where the instance id is given', async () => {
    const script = file(
      'cluster.cjs',
      `
      const cluster = require('node:cluster');
      if (cluster.isPrimary) cluster.fork().on('message', (resource) => process.send(resource));
      else ${detectAndTell('undefined', 'process.send')}`,
    );
    const primary = fork(script, { execArgv: [] });
    const [resource] = (await once(primary, 'message')) as [Resource];
    primary.kill();
    await once(primary, 'exit');
    expect(resource['service.instance.id']).toBe(`pod-7/${resource['process.pid']}`);
  });

  test('thread belongs to the application, also if a library of thread pools has started it', async () => {
    file('node_modules/tool/package.json', { name: 'tool' });
    expect((await resourceOf(file('node_modules/tool/thread.cjs', IN_THREAD)))['service.name']).toBe('tool');
    file('node_modules/pool/package.json', { name: 'pool' });
    const own = file('threads/own.cjs', IN_THREAD);
    const pooled = file('node_modules/pool/dist/worker.cjs', IN_THREAD);
    file('package.json', { name: 'app', version: '1.0.0' });
    expect((await resourceOf(own))['service.name']).toBe('app');
    expect(await resourceOf(pooled)).toMatchObject({ 'service.name': 'app', 'service.version': '1.0.0' });
    expect((await resourceOf(IN_THREAD, { eval: true }))['service.name']).toBe(
      detect({}, join(process.cwd(), 'package.json'))['service.name'],
    );
  });
});
