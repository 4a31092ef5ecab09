import { connect, createServer } from 'node:net';
import { listen } from '../listen.ts';
import type { Listening } from '../listen.ts';

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
  readonly #listening: Listening;
  readonly #received: Buffer[];

  private constructor(listening: Listening, received: Buffer[]) {
    this.#listening = listening;
    this.#received = received;
  }

  /** Listens on a free loopback port in front of another. */
  static async open(port: number): Promise<FrameTap> {
    const received: Buffer[] = [];
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      far.on('data', (chunk) => received.push(chunk));
      near.pipe(far).pipe(near);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        socket.on('error', () => undefined);
        socket.on('close', () => other.destroy());
      }
    });
    return new FrameTap(await listen(server), received);
  }

  get port(): number {
    return this.#listening.port;
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

  close(): Promise<void> {
    return this.#listening.close();
  }
}
