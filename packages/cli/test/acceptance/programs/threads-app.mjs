import { once } from 'node:events';
import { createServer } from 'node:http';
import { Worker, isMainThread, parentPort, threadId } from 'node:worker_threads';
import { getObserver } from '@outrider/core';
import { outrider } from '@outrider/express';
import express from 'express';

const THREADS = 3;

/** Serves in several threads, each on a port of its own, and does what the test that started it says. */
if (isMainThread) {
  if (process.env.MAIN_OBSERVES === 'true') getObserver();
  if (process.env.ON_SIGTERM === 'exit') process.on('SIGTERM', () => process.exit(0));
  const threads = new Map();
  for (let at = 0; at < THREADS; at += 1) {
    const thread = new Worker(new URL(import.meta.url));
    const { threadId: id } = thread;
    thread.on('message', (message) => process.send({ thread: id, ...message }));
    thread.on('exit', (code) => process.send({ thread: id, kind: 'ended', code }));
    threads.set(id, thread);
    await once(thread, 'online');
  }
  process.on('message', ({ act, thread }) => {
    if (act === 'terminate') void threads.get(thread).terminate();
    else threads.get(thread).postMessage(act, []);
  });
  process.on('disconnect', () => process.exit(1));
} else {
  const app = express();
  app.use(outrider());
  app.get('/items/:id', (_request, response) => {
    response.end(`item of ${threadId}\n`);
  });
  const server = createServer(app);
  server.listen(0, '127.0.0.1', () => {
    parentPort.postMessage({ kind: 'listening', port: server.address().port }, []);
  });
  parentPort.on('message', (act) => {
    if (act === 'exit') process.exit(4);
    if (act === 'close') {
      server.close();
      parentPort.close();
    }
  });
}
