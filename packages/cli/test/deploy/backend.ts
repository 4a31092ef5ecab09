import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An OTLP backend that may be down: it takes every request or none. */
export class Backend {
  readonly url: string;
  readonly #server: Server;
  /** Whether it takes what comes; a sidecar must try again where not. */
  up = false;
  taken = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Backend> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const backend = new Backend(server);
    server.on('request', (request, response) => {
      request.resume().on('end', () => {
        if (backend.up) backend.taken += 1;
        response.writeHead(backend.up ? 200 : 503, backend.up ? {} : { 'retry-after': '1' }).end();
      });
    });
    return backend;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
