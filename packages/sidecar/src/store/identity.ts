import { createHash } from 'node:crypto';
import type { Attributes } from '../metric.ts';
import type { ExitReason } from './exit-reason.ts';

/** Who pushes: the service a process belongs to and what tells it from its siblings. */
export interface Identity {
  /** Equal for all pushes of one process or thread by one SDK, and different from that of any other that lives. */
  readonly key: string;
  /** `service.namespace/service.name`, or the name alone: the label `job`. */
  readonly service: string;
  /** `telemetry.sdk.name`, `outrider` for Outrider's own push; the empty text if there is none. */
  readonly sdk: string;
}

/**
 * Reads the identity of a resource.
 *
 * A service without a name is `unknown_service`. Many SDKs send no `service.instance.id`, and one that is given can be that
 * of a pod, which several processes and SDKs share: they are told apart by host name and process id, too.
 */
export function identify(resource: Attributes): Identity {
  const of = new Map(resource);
  const name = of.get('service.name') || 'unknown_service';
  const namespace = of.get('service.namespace');
  const service = namespace ? `${namespace}/${name}` : name;
  const instance = of.get('service.instance.id');
  const sdk = of.get('telemetry.sdk.name') ?? '';
  const process = [instance ?? '', of.get('host.name') ?? '', of.get('process.pid') ?? ''];
  return { key: JSON.stringify([namespace ?? '', name, sdk, ...process]), service, sdk };
}

const LONGEST_PROCESS = 256;

/** What tells a process from all others of the host, whatever pushes for it; undefined if the resource does not say. */
export function processOf(resource: Attributes): string | undefined {
  const of = new Map(resource);
  const host = of.get('host.name');
  const pid = of.get('process.pid');
  if (!host || !pid) return undefined;
  const process = JSON.stringify([host, pid]);
  // Thousands are remembered, and both are the sender's.
  return process.length <= LONGEST_PROCESS ? process : createHash('sha256').update(process).digest('base64');
}

/** Whether a session is one of a worker thread. */
export function isThread(resource: Attributes): boolean {
  return valueOf(resource, 'thread.id') !== undefined;
}

/** The value of an attribute. */
export function valueOf(resource: Attributes, attribute: string): string | undefined {
  return resource.find(([name]) => name === attribute)?.[1];
}

/**
 * How the process ends, if it says with this push that it is its last: `outrider.shutdown=true`, and in
 * `outrider.exit.reason` whether it is a crash.
 */
export function goodbyeOf(resource: Attributes): ExitReason | undefined {
  if (valueOf(resource, 'outrider.shutdown') !== 'true') return undefined;
  return valueOf(resource, 'outrider.exit.reason') === 'crash' ? 'crash' : 'graceful';
}
