import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Unix socket in front of a sidecar's, where what is pushed is counted. */
export class Relay {
  /** Path of the socket to push to. */
  readonly socket: string;
  readonly #folder: string;
  readonly #server = createServer((client) => this.#join(client));
  readonly #clients = new Set<Socket>();
  readonly #target: string;
  /** Bytes that were pushed, with their HTTP headers. */
  bytes = 0;
  /** Pushes that the sidecar answered with a 200. */
  accepted = 0;

  private constructor(target: string) {
    this.#target = target;
    this.#folder = mkdtempSync(join(tmpdir(), 'outrider-bench-relay-'));
    this.socket = join(this.#folder, 'otlp.sock');
  }

  /** @param target path of the sidecar's socket */
  static async start(target: string): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen(relay.socket);
    await once(relay.#server, 'listening');
    return relay;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #join(client: Socket): void {
    const sidecar = connect(this.#target);
    this.#clients.add(client);
    client.on('data', (chunk) => {
      this.bytes += chunk.length;
      sidecar.write(chunk);
    });
    sidecar.on('data', (chunk) => {
      // An answer is short enough to be read at once.
      if (chunk.toString('latin1', 0, 12) === 'HTTP/1.1 200') this.accepted++;
      client.write(chunk);
    });
    const end = (): void => {
      this.#clients.delete(client);
      client.destroy();
      sidecar.destroy();
    };
    for (const side of [client, sidecar]) side.on('error', end).on('close', end);
  }
}
