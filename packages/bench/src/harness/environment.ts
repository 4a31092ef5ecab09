import { availableParallelism, cpus, release } from 'node:os';

/** The machine and the Node.js of a measurement. */
export interface Environment {
  readonly node: string;
  readonly cores: number;
  readonly cpu: string;
  readonly system: string;
}

/** Where this process runs. */
export function describeEnvironment(): Environment {
  return {
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    system: `${process.platform} ${release()}`,
  };
}

/**
 * The environment of the measured processes: this one's without what would change what is measured, and with the socket
 * to push to.
 */
export function measuredEnvironment(own: NodeJS.ProcessEnv, socket: string): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => !/^(OTEL_|OUTRIDER_|NODE_|UV_)/.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: 'production', OUTRIDER_SOCKET: socket };
}

/** An environment in one line, as it stands below a table. */
export function environmentLine({ node, cores, cpu, system }: Environment): string {
  return `Node.js ${node}, ${cores} × ${cpu}, ${system}`;
}
