import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { getHeapStatistics } from 'node:v8';
import { outrider } from '@outrider/express';
import express from 'express';

/**
 * A cluster on one free loopback port. The test that started it says over the channel when a worker is to be forked and
 * how one is to end, and hears of both.
 */
if (cluster.isPrimary) {
  const acts = {
    fork: ({ env, execArgv }) => {
      cluster.setupPrimary({ execArgv });
      cluster.fork(env);
    },
    disconnect: ({ worker }) => cluster.workers[worker].disconnect(),
    kill: ({ worker }) => cluster.workers[worker].kill(),
    signal: ({ worker, signal }) => cluster.workers[worker].process.kill(signal),
    tell: ({ worker, message }) => cluster.workers[worker].send(message),
  };
  process.on('message', (message) => acts[message.act](message));
  process.on('disconnect', () => process.exit(1));
  cluster.on('listening', ({ id }, { port }) => process.send({ worker: id, kind: 'listening', port }));
  cluster.on('message', ({ id }, message) => process.send({ worker: id, ...message }));
  cluster.on('exit', ({ id }, code, signal) => process.send({ worker: id, kind: 'ended', code, signal }));
  process.send({ worker: 0, kind: 'started' });
} else {
  serve();
}

function serve() {
  const app = express();
  app.use(outrider());
  app.get('/items/:id', (_request, response) => {
    response.end('item\n');
  });
  app.get('/slow', (_request, response) => {
    process.send({ kind: 'slow' });
    setTimeout(() => response.end('slow\n'), 300);
  });
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  if (process.env.ON_SIGTERM === 'exit') process.on('SIGTERM', () => server.close(() => process.exit(0)));
  process.on('message', (message) => {
    if (message === 'exit') process.exit(3);
    if (message === 'throw') throw new Error('planned');
    if (message === 'block') block();
    if (message === 'leak') leak();
  });
}

function block() {
  const end = performance.now() + 3000;
  while (performance.now() < end);
}

/** Uses up the heap, a little in each turn of the event loop; slowly near its end, so that it is told how full it is. */
function leak() {
  const kept = [];
  setInterval(() => {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    const count = used < 0.7 * limit ? 500 : 50;
    for (let at = 0; at < count; at += 1) kept.push({ at, text: `kept ${at}`, list: [at] });
  }, 2);
}
