// Runs in a thread of its own, so that nothing it does is held up by the loop that is looked at: servers that answer after
// so many milliseconds, one for many questions on one line and one of HTTP, and a client that sends requests all at once.
import { createServer as createHttpServer, get } from 'node:http';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parentPort } from 'node:worker_threads';

const http = createHttpServer((request, response) => {
  setTimeout(() => response.end(), Number(request.url.slice(1)));
});

// Says beside the question's number when it answered, in a time that all threads share.
const line = createServer({ noDelay: true }, (socket) => {
  createInterface(socket).on('line', (question) => {
    const [number, milliseconds] = question.split(' ');
    setTimeout(() => socket.write(`${number} ${performance.timeOrigin + performance.now()}\n`), Number(milliseconds));
  });
});

const listening = [http, line].map(
  (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port))),
);
const [httpPort, linePort] = await Promise.all(listening);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort.postMessage({ http: httpPort, line: linePort });

parentPort.on('message', async ({ port, paths, everyMs }) => {
  const answers = paths.map(async (path, at) => {
    await new Promise((resolve) => setTimeout(resolve, at * everyMs));
    const response = await new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, agent: false }, resolve).on('error', reject);
    });
    return { timing: response.headers['server-timing'], body: await text(response) };
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort.postMessage(await Promise.all(answers));
});
