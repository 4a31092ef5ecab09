import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApplication } from './application.ts';
import type { ServerReady, ServerRequest, SliceReply, SumReply } from './messages.ts';
import { serveParent } from './parent.ts';
import { isVariantName, variants } from './variants/registry.ts';

const name = process.argv[2] ?? '';
if (!isVariantName(name)) throw new Error(`There is no variant ${name}.`);
const variant = (await variants[name].load()).start();
// Only now: instrumentation that patches node:http has to be there before Express loads it.
const { default: express } = await import('express');
const server = createApplication(express, variant).listen(0, '127.0.0.1');
// Connections outlast the time that other variants take their turn.
server.keepAliveTimeout = 60_000;
await once(server, 'listening');

let begun = process.cpuUsage();
const ready: ServerReady = { port: (server.address() as AddressInfo).port };
serveParent(ready, async (request: ServerRequest): Promise<SliceReply | SumReply> => {
  if (request === 'sum') {
    const residentBytes = process.memoryUsage.rss();
    return { residentBytes, recorded: await variant.recorded?.() };
  }
  if (request === 'begin') begun = process.cpuUsage();
  const { user, system } = process.cpuUsage(begun);
  return { cpuMicros: user + system };
});
