import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';

const TICK_MS = 10;
// A worker can be blocked for three seconds. Node's cluster never ends a connection that it handed to a killed one.
const PATIENCE_MS = 8_000;

/** One request that was answered: when it was due, and how long after that the answer was there. */
export interface Answer {
  /** Milliseconds of `performance.now()`. */
  readonly due: number;
  readonly ms: number;
}

interface Attempt {
  readonly status: number | undefined;
  /** The connection was kept from before, and had ended. */
  readonly cameTooLate: boolean;
}

/** Requests that come when they are due, however long those before them take. */
export class OpenLoad {
  readonly answers: Answer[] = [];
  /** What was not answered with 200. */
  readonly failures: Array<{ readonly due: number; readonly why: string }> = [];
  readonly #port: number;
  readonly #perSecond: number;
  readonly #agent: Agent;
  readonly #underWay = new Set<Promise<void>>();
  readonly #begun = performance.now();
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  /** @param keepAlive false: each request has a connection of its own, and finds the worker whose turn it is */
  constructor(port: number, perSecond: number, { keepAlive }: { readonly keepAlive: boolean }) {
    this.#port = port;
    this.#perSecond = perSecond;
    this.#agent = new Agent({ keepAlive });
    this.#timer = setInterval(() => this.#sendDue(), TICK_MS);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  #sendDue(): void {
    const intervalMs = 1000 / this.#perSecond;
    for (let due = this.#begun + this.#sent * intervalMs; due <= performance.now(); due += intervalMs) {
      this.#sent += 1;
      const answered = this.#send(due);
      this.#underWay.add(answered);
      void answered.finally(() => this.#underWay.delete(answered));
    }
  }

  async #send(due: number): Promise<void> {
    try {
      const status = await this.#get();
      if (status === 200) this.answers.push({ due, ms: performance.now() - due });
      else this.failures.push({ due, why: `status ${status}` });
    } catch (error) {
      this.failures.push({ due, why: String(error) });
    }
  }

  async #get(): Promise<number | undefined> {
    for (;;) {
      const { status, cameTooLate } = await this.#attempt();
      if (!cameTooLate) return status;
    }
  }

  async #attempt(): Promise<Attempt> {
    const { promise, resolve, reject } = Promise.withResolvers<Attempt>();
    const path = `/items/${this.#sent}`;
    const onResponse = (response: IncomingMessage): void => {
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, cameTooLate: false }));
      response.resume();
    };
    const sent = request({ host: '127.0.0.1', port: this.#port, path, agent: this.#agent }, onResponse);
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('not answered')));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server ended an idle connection just before: Node's documentation of `reusedSocket` has this sent again. What
      // had reached the application would be counted there, and not here.
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve({ status: undefined, cameTooLate: true });
      else reject(error);
    });
    sent.end();
    return promise;
  }
}
