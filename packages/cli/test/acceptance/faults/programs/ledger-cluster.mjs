import cluster from 'node:cluster';
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { outrider } from '@outrider/express';
import express from 'express';

/**
 * A cluster on one free loopback port, whose workers write the time of each request into a file of their own, beside the
 * middleware: what a worker wrote is there however it ends. The test says when one is to be forked, killed or blocked.
 */
if (cluster.isPrimary) {
  const acts = {
    fork: () => cluster.fork(),
    kill: ({ worker }) => cluster.workers[worker].process.kill('SIGKILL'),
    block: ({ worker }) => cluster.workers[worker].send('block'),
  };
  process.on('message', (message) => acts[message.act](message));
  process.on('disconnect', () => process.exit(1));
  cluster.on('listening', ({ id }, { port }) => process.send({ worker: id, kind: 'listening', port }));
  cluster.on('exit', ({ id }, code, signal) => process.send({ worker: id, kind: 'ended', code, signal }));
  process.send({ worker: 0, kind: 'started' });
} else {
  serve();
}

function serve() {
  const ledger = openSync(join(process.env.LEDGER_FOLDER, String(cluster.worker.id)), 'a');
  const entry = new Float64Array(1);
  const app = express();
  app.use(outrider());
  app.get('/items/:id', (_request, response) => {
    response.end('item\n');
  });
  const server = createServer(app);
  server.on('request', () => {
    entry[0] = Date.now();
    writeSync(ledger, entry);
  });
  process.on('message', block);
  server.listen(0, '127.0.0.1');
}

function block() {
  const end = performance.now() + 3000;
  while (performance.now() < end);
}
