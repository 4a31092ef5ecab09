import { createServer } from 'node:http';
import { getObserver } from '@outrider/core';

/**
 * Serves a framework's handler on a free loopback port, counts its requests beside the middleware, and answers the
 * test's questions over the channel that it was started with.
 */
export function serve(handler) {
  const server = createServer(handler);
  const counts = { received: 0, ended: 0, aborted: 0, finished: {} };
  server.on('request', (_request, response) => {
    counts.received += 1;
    response.on('close', () => {
      counts.ended += 1;
      if (!response.writableFinished) counts.aborted += 1;
      else counts.finished[response.statusCode] = (counts.finished[response.statusCode] ?? 0) + 1;
    });
  });
  process.on('message', ({ id, garbage }) => {
    // Twice: what a first collection finds dead may hold what only a second one finds.
    if (garbage === 'collected') for (let round = 0; round < 2; round += 1) globalThis.gc();
    const { heapUsed, rss } = process.memoryUsage();
    process.send({ id, ...counts, heapUsed, rss, pushes: pushes() });
  });
  process.on('disconnect', () => process.exit(1));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}

/** What became of the pushes, by result. */
function pushes() {
  const results = {};
  let name = '';
  getObserver().collect({
    metric: (definition) => (name = definition.name),
    number: ({ values }, value) => {
      if (name === 'outrider.pushes') results[values.result] = value;
    },
    histogram: () => {},
    exponential: () => {},
  });
  return results;
}
