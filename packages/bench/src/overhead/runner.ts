import { Child, moduleFile } from '../harness/child.ts';
import { frameworks } from './frameworks/registry.ts';
import type { FrameworkName } from './frameworks/registry.ts';
import type { LoadReply, ServerReady, SliceReply, SumReply } from './messages.ts';
import type { Run } from './run.ts';

/** One variant at work: its server, its load, and what was measured so far. */
export class Runner {
  readonly variant: string;
  readonly #framework: FrameworkName;
  readonly #server: Child;
  #load: Child | undefined;
  #sent = 0;
  #measured = 0;
  #cpuMicros = 0;
  #seconds = 0;
  #lastHead = '';

  constructor(framework: FrameworkName, variant: string, environment: NodeJS.ProcessEnv) {
    this.variant = variant;
    this.#framework = framework;
    const file = moduleFile('server-process', import.meta.url);
    this.#server = new Child(`The server (${variant})`, file, [framework, variant], environment);
  }

  /** Waits for the server, and connects the load to it. */
  async start(connections: number, environment: NodeJS.ProcessEnv): Promise<void> {
    const { port } = await this.#server.next<ServerReady>();
    const protocol = frameworks[this.#framework].http2 ? 'h2c' : 'http/1.1';
    const file = moduleFile('load/load-process', import.meta.url);
    const parameters = [String(port), String(connections), protocol];
    this.#load = new Child(`The load (${this.variant})`, file, parameters, environment);
    await this.#load.next();
  }

  /** Sends requests that do not count. */
  async warmUp(requests: number): Promise<void> {
    await this.#send(requests);
  }

  /** Sends requests, and adds up what they cost. */
  async measure(requests: number): Promise<void> {
    await this.#server.ask('begin');
    const seconds = await this.#send(requests);
    const { cpuMicros } = await this.#server.ask<SliceReply>('end');
    this.#cpuMicros += cpuMicros;
    this.#seconds += seconds;
    this.#measured += requests;
  }

  /**
   * What came of it.
   *
   * @throws {Error} if the variant has not done what it is there for
   */
  async result(): Promise<Run> {
    const { residentBytes, recorded } = await this.#server.ask<SumReply>('sum');
    this.#assertAtWork(recorded);
    return {
      variant: this.variant,
      cpuMicros: this.#cpuMicros / this.#measured,
      requestsPerSecond: this.#measured / this.#seconds,
      residentBytes,
    };
  }

  /** Ends both processes and waits until they are gone. */
  async stop(): Promise<void> {
    await this.#load?.stop();
    await this.#server.stop();
  }

  async #send(requests: number): Promise<number> {
    const { seconds, lastHead } = await this.#load!.ask<LoadReply>({ requests });
    this.#lastHead = lastHead;
    this.#sent += requests;
    return seconds;
  }

  // Instrumentation that was loaded too late does nothing, and costs next to nothing.
  #assertAtWork(recorded: number | undefined): void {
    const head = this.#lastHead.toLowerCase();
    for (const header of frameworks[this.#framework].variants.get(this.variant)!.headers) {
      if (!head.includes(`\r\n${header}: `)) throw new Error(`${this.variant} has not set ${header}.`);
    }
    if (recorded !== undefined && recorded !== this.#sent) {
      throw new Error(`${this.variant} has recorded ${recorded} of ${this.#sent} requests.`);
    }
  }
}
