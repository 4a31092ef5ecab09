// Loaded before the program of a snippet: whatever port that names, it gets a free one on the loopback and says which.
import cluster from 'node:cluster';
import { Server } from 'node:net';
import type { AddressInfo } from 'node:net';

// oxlint-disable-next-line typescript/unbound-method -- called with the server as `this`
const { listen } = Server.prototype;

function listenOnFreePort(this: Server, ...args: unknown[]): Server {
  this.once('listening', () => process.send?.({ port: (this.address() as AddressInfo).port }));
  return Reflect.apply(listen, this, [0, '127.0.0.1', ...args.filter((arg) => typeof arg === 'function')]);
}

Server.prototype.listen = listenOnFreePort as typeof listen;

// A worker speaks to its primary.
cluster.on('message', (_worker, message: object) => process.send?.(message));
