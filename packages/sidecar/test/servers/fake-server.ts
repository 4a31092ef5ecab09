import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A server whose behaviour a test writes, since no real one misbehaves so. */
export interface FakeServer {
  readonly port: number;
  /** The connections that are open. */
  readonly open: ReadonlySet<Socket>;
  /** How many there were in all. */
  readonly accepted: number;
  /** What is done with the connections from now on. */
  onConnection: (socket: Socket) => void;
  stop(): Promise<void>;
}

/** Starts one on a free port of the loopback. */
export async function startFakeServer(onConnection: (socket: Socket) => void = () => undefined): Promise<FakeServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // Clients that do not like what they are told leave in the middle of it.
    socket.on('error', () => undefined);
    // One that does not read does not hear that the other side has left.
    socket.resume();
    fake.onConnection(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const fake = {
    port: (server.address() as AddressInfo).port,
    open,
    onConnection,
    get accepted() {
      return accepted;
    },
    async stop(): Promise<void> {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

/** Answers each piece of data that comes with the same bytes. */
export function answering(...answers: ReadonlyArray<string | Uint8Array>): (socket: Socket) => void {
  return (socket) => {
    let asked = 0;
    socket.on('data', () => socket.write(answers[Math.min(asked++, answers.length - 1)] ?? ''));
  };
}
