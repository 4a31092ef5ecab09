import { once } from 'node:events';
import { createServer } from 'node:http';
import { outrider } from '@outrider/express';
import { getObserver, watchOutgoing, watchQueries } from '@outrider/probes';
import express from 'express';
import { useMariadb, usePostgres, useRedis } from './secret-databases.mjs';
import { registerBroken, useOutgoing, useRest } from './secret-parts.mjs';
import { planted, secret } from './secret.mjs';

const { POSTGRES, MARIADB, REDIS, LEAK } = process.env;

// Somebody else's service.
const peer = createServer((request, response) => {
  request.resume();
  response.setHeader('set-cookie', secret('PeerCookie'));
  if (!request.url.startsWith('/late')) response.end(secret('PeerBody'));
}).listen(0, '127.0.0.1');
await once(peer, 'listening');

watchQueries({ slowMs: 0 });
watchOutgoing();
await registerBroken();

const app = express();
// Otherwise Express prints every planned error.
app.set('env', 'test');
app.use(
  outrider({
    attribution: true,
    serverTiming: true,
    slowMs: 0,
    labels: () => {
      throw new Error(secret('LabelsError'));
    },
  }),
);
app.use(express.json(), express.urlencoded());

const uses = {
  postgres: () => usePostgres(POSTGRES),
  mariadb: () => useMariadb(MARIADB),
  redis: () => useRedis(REDIS),
  outgoing: () => useOutgoing(`http://127.0.0.1:${peer.address().port}`),
  rest: useRest,
};
for (const [name, use] of Object.entries(uses)) {
  app.post(`/${name}/:id`, async (_request, response) => {
    try {
      await use();
      response.set('x-answer', secret('ResponseHeader')).json({ answer: secret('ResponseBody') });
    } catch (error) {
      response.status(500).json({ failed: `${error.stack}` });
    }
  });
}
app.get('/fail/:id', () => {
  throw new Error(secret('HandlerError'));
});

// What shows that the test would see a secret.
if (LEAK === 'label')
  getObserver()
    .counter('leak')
    .add(1, { leaked: secret('Leaked') });
if (LEAK === 'log') process.emitWarning(secret('Leaked'));

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => process.send({ planted: planted() }));
process.on('disconnect', () => process.exit(1));
