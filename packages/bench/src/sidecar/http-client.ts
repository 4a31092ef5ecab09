import { Agent, request } from 'node:http';
import type { RequestOptions } from 'node:http';

/** An answer, and what it took. */
export interface Reply {
  readonly status: number;
  readonly body: Buffer;
  /** From the request to the last byte. */
  readonly milliseconds: number;
}

/** A client that keeps its connections, as Prometheus and the applications do. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });

  /** Fetches a page. */
  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const { hostname, port, pathname } = new URL(url);
    return this.#send({ host: hostname, port, path: pathname, headers });
  }

  /** Pushes OTLP/JSON over a Unix socket. @throws {Error} if it is not taken whole */
  async push(socketPath: string, body: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const reply = await this.#send({ socketPath, method: 'POST', path: '/v1/metrics', headers }, body);
    const answer = reply.body.toString();
    if (reply.status !== 200 || answer !== '{}') throw new Error(`A push was answered with ${reply.status}: ${answer}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(options: RequestOptions, body?: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      request({ ...options, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks),
            milliseconds: performance.now() - began,
          }),
        );
      })
        .on('error', reject)
        .end(body);
    });
  }
}
