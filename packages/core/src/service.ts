import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';
import type { AttributeValue } from './attributes.ts';

/** Who this process is, as OpenTelemetry resource attributes. */
export type Resource = Readonly<Record<string, AttributeValue>>;

/** Where the parts of a resource come from. */
export interface ResourceOptions {
  /** Service name given in code; it wins over the environment. */
  readonly service?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The script that was started; its package.json names the service if nothing else does. */
  readonly entryPoint: string | undefined;
}

const PM2_CONTAINER = /[\\/]pm2[\\/]lib[\\/]ProcessContainer(?:Fork)?\.js$/;

/**
 * The resource of this process: name and version from the option, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES or the
 * application's own package.json, in this order, and an instance id that is new at every start.
 *
 * A given instance id names what was started, such as a pod. The workers of a cluster and the threads of a process share
 * it, and are told apart by what is added to it: `pod-7/4711`, `pod-7/4711/1`.
 */
export function detectResource({ service, environment, entryPoint }: ResourceOptions): Resource {
  const given = resourceAttributes(environment['OTEL_RESOURCE_ATTRIBUTES']);
  const own = isMainThread ? packageOf(startedScript(entryPoint, environment)) : packageOfThread(entryPoint);
  const version = given['service.version'] ?? own?.version;
  return {
    'host.name': hostname(),
    'process.pid': process.pid,
    ...(isMainThread ? {} : { 'thread.id': threadId }),
    'telemetry.sdk.name': 'outrider',
    'telemetry.sdk.language': 'nodejs',
    ...given,
    'service.instance.id': instanceId(given['service.instance.id']),
    'service.name':
      service ??
      (environment['OTEL_SERVICE_NAME'] || undefined) ??
      given['service.name'] ??
      own?.name ??
      'unknown_service:node',
    ...(version === undefined ? {} : { 'service.version': version }),
  };
}

// PM2 starts a program of its own, which then loads the application.
function startedScript(
  entryPoint: string | undefined,
  environment: ResourceOptions['environment'],
): string | undefined {
  const { pm_exec_path: application } = environment;
  return application && PM2_CONTAINER.test(entryPoint ?? '') ? application : entryPoint;
}

function instanceId(given: string | undefined): string {
  if (given === undefined) return randomUUID();
  const shared = cluster.isWorker || !isMainThread;
  return [given, ...(shared ? [process.pid] : []), ...(isMainThread ? [] : [threadId])].join('/');
}

// A thread's script may be that of a library of thread pools, or no file at all.
function packageOfThread(script: string | undefined): Package | undefined {
  if (script === undefined || !isAbsolute(script)) return packageIn(process.cwd());
  const modules = script.lastIndexOf(`${sep}node_modules${sep}`);
  return (modules === -1 ? undefined : packageIn(script.slice(0, modules))) ?? packageOf(script);
}

// `key=value` pairs with percent-encoded values, separated by commas. By the specification one that cannot be decoded
// makes the whole variable void.
function resourceAttributes(text = ''): Record<string, string> {
  const attributes: Record<string, string> = {};
  try {
    for (const pair of text.split(',')) {
      const equals = pair.indexOf('=');
      if (equals > 0) attributes[pair.slice(0, equals).trim()] = decodeURIComponent(pair.slice(equals + 1).trim());
    }
  } catch {
    return {};
  }
  return attributes;
}

interface Package {
  readonly name: string;
  readonly version?: string;
}

function packageOf(entryPoint: string | undefined): Package | undefined {
  if (entryPoint === undefined) return undefined;
  try {
    return packageIn(dirname(realpathSync(entryPoint)));
  } catch {
    return undefined;
  }
}

function packageIn(start: string): Package | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      // A package.json without a name only says how to read the modules below it: the application's is further up.
      if (typeof name === 'string') return { name, ...(typeof version === 'string' ? { version } : {}) };
    } catch {
      // None here, or not one that can be read.
    }
    if (folder === dirname(folder)) return undefined;
  }
}
