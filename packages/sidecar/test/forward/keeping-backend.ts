import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A backend of OTLP/HTTP that takes everything and keeps the bodies. */
export class KeepingBackend {
  /** Decompressed, in the order in which they came. */
  readonly bodies: Uint8Array[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (req, res) => void this.#keep(req, res));
  }

  static async start(): Promise<KeepingBackend> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new KeepingBackend(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #keep(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await buffer(req);
    this.bodies.push(req.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    res.end();
  }
}
