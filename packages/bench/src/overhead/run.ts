import { Child } from './child.ts';
import type { LoadReply, ServerReady, ServerReply } from './messages.ts';
import type { Settings } from './settings.ts';
import { variants } from './variants/registry.ts';
import type { VariantName } from './variants/registry.ts';

/** One run of one variant: the unit of the statistics. */
export interface Run {
  readonly variant: VariantName;
  /** CPU time of the server process, user and system, in microseconds a request. */
  readonly cpuMicros: number;
  readonly requestsPerSecond: number;
  /** Resident memory of the server process at the end, in bytes. */
  readonly residentBytes: number;
}

/**
 * Runs a variant in two fresh processes, server and load.
 *
 * @throws {Error} if a process fails, or the variant has not done what it is there for
 */
export async function run(variant: VariantName, settings: Settings, environment: NodeJS.ProcessEnv): Promise<Run> {
  const { requests, warmUp, connections } = settings;
  const server = new Child(`The server (${variant})`, moduleFile('server-process'), [variant], environment);
  let load: Child | undefined;
  try {
    const { port } = await server.next<ServerReady>();
    const parameters = [String(port), String(connections)];
    load = new Child('The load', moduleFile('load/load-process'), parameters, environment);
    await load.next();
    await load.ask<LoadReply>({ requests: warmUp });
    await server.ask('begin');
    const { seconds, lastHead } = await load.ask<LoadReply>({ requests });
    const { cpuMicros, residentBytes, recorded } = await server.ask<ServerReply>('end');
    assertAtWork(variant, lastHead, recorded, warmUp + requests);
    return { variant, cpuMicros: cpuMicros / requests, requestsPerSecond: requests / seconds, residentBytes };
  } finally {
    await load?.stop();
    await server.stop();
  }
}

// Instrumentation that was loaded too late does nothing, at very little cost.
function assertAtWork(variant: VariantName, head: string, recorded: number | undefined, sent: number): void {
  const lines = head.toLowerCase();
  for (const header of variants[variant].headers) {
    if (!lines.includes(`\r\n${header}: `)) throw new Error(`${variant} has not set ${header}.`);
  }
  if (recorded !== undefined && recorded !== sent) {
    throw new Error(`${variant} has recorded ${recorded} of ${sent} requests.`);
  }
}

function moduleFile(name: string): URL {
  return new URL(`./${name}.js`, import.meta.url);
}
