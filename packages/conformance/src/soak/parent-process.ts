import type { AddressInfo, Server } from 'node:net';
import type { FromApp, ToApp } from './app-process.ts';

/** Says something to the process that started this one. */
export function tell(message: FromApp<unknown>): void {
  process.send!(message);
}

/** Listens on a free loopback port and answers the questions of the process that started this one. */
export function serveParent(server: Server, report: (heapUsed: number) => unknown): void {
  process.on('message', ({ id, collect }: ToApp) => tell({ id, report: report(collect ? heapInUse() : 0) }));
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
}

function heapInUse(): number {
  // Twice: what finalizers let go in the first is collected in the second.
  for (let times = 2; times > 0; times--) globalThis.gc!();
  return process.memoryUsage().heapUsed;
}
