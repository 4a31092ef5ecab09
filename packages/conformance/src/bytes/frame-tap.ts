import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

const HEADER_LENGTH = 9;
const TYPES: Readonly<Record<number, string>> = {
  0: 'DATA',
  1: 'HEADERS',
  3: 'RST_STREAM',
  5: 'PUSH_PROMISE',
  7: 'GOAWAY',
  9: 'CONTINUATION',
};

/** Stands between an HTTP/2 client and a server in clear text, and reads the frames that the server sends. */
export class FrameTap {
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #received: Buffer[];

  private constructor(server: Server, sockets: Set<Socket>, received: Buffer[]) {
    this.#server = server;
    this.#sockets = sockets;
    this.#received = received;
  }

  /** Listens on a free loopback port in front of another. */
  static async open(port: number): Promise<FrameTap> {
    const sockets = new Set<Socket>();
    const received: Buffer[] = [];
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      far.on('data', (chunk) => received.push(chunk));
      near.pipe(far).pipe(near);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        // oxfmt-ignore
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new FrameTap(server, sockets, received);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The frames of the answer: type, flags and, for data, length. Those that only keep the connection are left out. */
  frames(): string[] {
    const bytes = Buffer.concat(this.#received);
    const frames: string[] = [];
    for (let at = 0; at + HEADER_LENGTH <= bytes.length;) {
      const length = bytes.readUIntBE(at, 3);
      const type = TYPES[bytes[at + 3]!];
      const flags = bytes[at + 4]!.toString(16);
      if (type !== undefined) frames.push(type === 'DATA' ? `${type} ${flags} ${length}` : `${type} ${flags}`);
      at += HEADER_LENGTH + length;
    }
    return frames;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
