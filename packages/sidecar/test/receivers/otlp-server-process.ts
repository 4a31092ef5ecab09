// A receiver in a process of its own, so that a test can measure its memory.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serverOptions, tuneServer } from '../../src/http/tune-server.ts';
import { createOtlpHandler } from '../../src/receivers/otlp-http.ts';

let points = 0;
const handler = createOtlpHandler({
  sink: { push: () => new Map() },
  onRequest: ({ stored }) => {
    points += stored;
  },
});
const server = createServer(serverOptions, handler);
tuneServer(server);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  process.send?.({ points, peakMegabytes: process.resourceUsage().maxRSS / 1_024 });
});
process.on('disconnect', () => process.exit());
