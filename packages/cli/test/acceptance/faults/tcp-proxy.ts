import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const BYTE_MS = 100;
// The end of the connection before may be read after the beginning of this one.
const SETTLED_MS = 200;

/** Stands before a server: counts the connections to it, delays what it answers, cuts what is open. */
export class TcpProxy {
  readonly port: number;
  /** Whether answers come a byte at a time, ten in a second. */
  slow = false;
  readonly #target: number;
  readonly #open = new Set<Socket>();
  readonly #counts: Promise<number>[] = [];
  #server: Server;

  private constructor(server: Server, target: number) {
    this.port = (server.address() as AddressInfo).port;
    this.#target = target;
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#join(socket));
  }

  static async start(target: number): Promise<TcpProxy> {
    return new TcpProxy(await listening(0), target);
  }

  /** The most connections that were open together. */
  async most(): Promise<number> {
    return Math.max(...(await Promise.all(this.#counts)));
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  /** Nobody listens any more. */
  async down(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  /** Listens again. */
  async back(): Promise<void> {
    this.#server = await listening(this.port);
    this.#server.on('connection', (socket: Socket) => this.#join(socket));
  }

  #join(client: Socket): void {
    this.#open.add(client);
    this.#counts.push(wait(SETTLED_MS).then(() => this.#open.size));
    const server = connect(this.#target, '127.0.0.1');
    client.on('close', () => this.#open.delete(client));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined).on('close', () => other.destroy());
    }
    client.pipe(server);
    void this.#answer(server, client);
  }

  async #answer(server: Socket, client: Socket): Promise<void> {
    try {
      for await (const chunk of server) {
        let sent = 0;
        const bytes = chunk as Buffer;
        for (; this.slow && sent < bytes.length; sent += 1) {
          client.write(bytes.subarray(sent, sent + 1));
          await wait(BYTE_MS);
        }
        if (sent < bytes.length) client.write(bytes.subarray(sent));
      }
      client.end();
    } catch {
      client.destroy();
    }
  }
}

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
