import type { AddressInfo } from 'node:net';
import { serveParent } from '../harness/parent.ts';
import { frameworks, isFrameworkName } from './frameworks/registry.ts';
import type { ServerReady, ServerRequest, SliceReply, SumReply } from './messages.ts';

const [, , name = '', variantName = ''] = process.argv;
if (!isFrameworkName(name)) throw new Error(`There is no framework ${name}.`);
const { server, variant } = await frameworks[name].start(variantName);

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
