import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Agent, IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePorts } from '../src/demo/ports.ts';
import { outrider } from './command-line.ts';
import type { Outrider, OutriderOptions } from './command-line.ts';

/** A sidecar that runs as a process of its own, and where it is. */
export interface RunningSidecar extends Outrider {
  readonly otlp: number;
  readonly metrics: number;
  readonly socket: string;
  /** Its `/metrics`. */
  exposition(): Promise<string>;
  /** The value of one series. */
  sample(series: string): Promise<number | undefined>;
  /** Sends a signal and waits for the end: the exit code, or the signal that it died of, and how long it took. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | string | null; readonly tookMs: number }>;
}

/** How a sidecar is started other than usual. */
export interface SidecarOptions extends OutriderOptions {
  /** The path of its socket. @default one in the folder of the stage */
  readonly socket?: string;
}

/** A folder, and the sidecars that were started with it. */
export class SidecarStage {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'outrider-life-'));
  readonly #started: Outrider[] = [];
  #number = 0;

  /** Starts a sidecar on free ports; does not wait for anything. */
  async start(args: readonly string[] = [], options: SidecarOptions = {}): Promise<RunningSidecar> {
    const { metrics, otlp } = await freePorts({ metrics: 0, otlp: 0 });
    const { socket = join(this.folder, `${(this.#number += 1)}.sock`) } = options;
    const at = ['--otlp-listen', `127.0.0.1:${otlp}`, '--metrics-listen', `127.0.0.1:${metrics}`];
    const one = outrider(['sidecar', ...at, '--otlp-socket', socket, ...args], {}, options);
    this.#started.push(one);
    const exposition = async (): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${metrics}/metrics`, { signal: AbortSignal.timeout(5_000) });
      return response.text();
    };
    return {
      ...one,
      otlp,
      metrics,
      socket,
      exposition,
      sample: async (series) => {
        const line = (await exposition()).split('\n').find((each) => each.startsWith(`${series} `));
        return line === undefined ? undefined : Number(line.slice(series.length + 1));
      },
      stop: async (signal = 'SIGTERM') => {
        const begun = performance.now();
        one.child.kill(signal);
        const { code } = await one.ended;
        return { code: code ?? one.child.signalCode, tookMs: performance.now() - begun };
      },
    };
  }

  /** Starts a sidecar and waits until it is ready. */
  async ready(args: readonly string[] = [], options: SidecarOptions = {}): Promise<RunningSidecar> {
    const sidecar = await this.start(args, options);
    await sidecar.line(' info ready');
    return sidecar;
  }

  /** Ends everything, whatever state it is in. */
  async close(): Promise<void> {
    for (const { child } of this.#started) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    await Promise.all(this.#started.map(({ ended }) => ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A push of one counter, as OTLP/JSON. */
export function pushOf(service: string, calls: number): string {
  const attributes = [
    { key: 'service.name', value: { stringValue: service } },
    { key: 'service.instance.id', value: { stringValue: service } },
  ];
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asInt: String(calls) }] };
  return JSON.stringify({
    resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: [{ name: 'calls', sum }] }] }],
  });
}

/** Pushes over a Unix socket or a port of loopback; the status of the answer. */
export async function push(
  to: { readonly socketPath: string } | { readonly port: number },
  content: string,
  agent: Agent | false = false,
): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const req = request({ host: '127.0.0.1', ...to, path: '/v1/metrics', method: 'POST', headers, agent });
  req.end(content);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  await text(res);
  return res.statusCode ?? 0;
}
