import { Agent, createServer } from 'node:http';
import { outrider } from '@outrider/express';
import {
  deduplication,
  getObserver,
  observeCache,
  pgClient,
  tasks,
  userSessions,
  watchOutgoing,
  watchQueries,
} from '@outrider/probes';
import express from 'express';
import { Client, Pool } from 'pg';
import { ofProbes } from '../../acceptance/programs/libraries.mjs';

// An application that has what the shop has not. It does all of it over and over, so that every rate is of something.

const { LRUCache } = ofProbes('lru-cache');
const { createClient } = ofProbes('redis');
const { Piscina } = ofProbes('piscina');
const { Client: Memcached } = ofProbes('memjs');
const { Pool: HttpPool, request } = ofProbes('undici');
const CircuitBreaker = ofProbes('opossum');

const EVERY_MS = 500;
// Of the hundred that a period of the scheduler has: what may use half a CPU is held back each time.
const BUSY_MS = 80;

const observer = getObserver();
// As an application holds them: a probe holds its target weakly.
const kept = [];
const acts = [];
const often = (act) => acts.push(act);
const keep = (what) => {
  kept.push(what);
  return what;
};

function failing() {
  throw new Error('planned');
}

watchQueries({ slowMs: 5 });
watchOutgoing();

const app = express();
// Otherwise Express prints every planned error.
app.set('env', 'test');
app.use(outrider({ labels: failing, slowMs: 20 }));
app.get('/items/:id', (_request, response) => {
  response.end('item\n');
});
app.get('/slow', (_request, response) => {
  setTimeout(() => response.end('slow\n'), 3200);
});
app.get('/events', (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end('data: 1\n\n');
});
const server = createServer(app).listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ listening: server.address().port })}\n`);
});

// Pools: one that is too small, one of a server that nobody runs, and one whose queries are measured.
const url = process.env.DATABASE_URL;
const small = keep(new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 150 }));
const lost = keep(new Pool({ connectionString: 'postgresql://postgres@127.0.0.1:1/postgres', max: 2 }));
const queried = keep(new Pool({ connectionString: url, max: 1, Client: pgClient(Client) }));
for (const pool of [small, lost, queried]) pool.on('error', () => {});
observer.pool(small, { name: 'small', timings: true });
observer.pool(lost, { name: 'lost', timings: true });
often(() => Promise.all([small.query('select pg_sleep(0.25)'), small.query('select 1')]));
often(() => lost.query('select 1'));
observer.pool(queried, { name: 'queried', timings: true });
often(() => queried.query('select pg_sleep(0.01)'));
often(() => queried.query('select nothing from nowhere'));

// Threads: more tasks than there are.
const threads = keep(
  new Piscina({
    filename: new URL('thread-task.mjs', import.meta.url).href,
    name: 'wait',
    minThreads: 1,
    maxThreads: 2,
  }),
);
observer.pool(threads, { name: 'threads', timings: true });
often(() => Promise.all([1, 2, 3, 4].map((task) => threads.run(task))));

// Caches: in two tiers, with sizes and with evictions; one that is out of order, and one that is switched off.
const memory = keep(new LRUCache({ max: 20, maxSize: 2000, sizeCalculation: () => 100 }));
observer.cache(memory, { name: 'products', tier: 'L1' });
const redis = keep(createClient({ url: process.env.REDIS_URL }));
redis.on('error', () => {});
await redis.connect();
observeCache(redis, { name: 'products', tier: 'L2' });
const memcached = keep(Memcached.create(process.env.MEMCACHED_URL));
observeCache(memcached, { name: 'sessions' });
const broken = keep({ get: failing, set: failing });
observeCache(broken, { name: 'broken', enabled: () => false });
often(() => broken.get('key'));
const pages = {
  hits: 0,
  misses: 0,
  sets: 0,
  deletes: 0,
  errors: 0,
  evictions: 0,
  entries: 8,
  maxEntries: 10,
  bytes: 4096,
};
observer.cache(
  keep(() => pages),
  { name: 'pages', tier: 'L1' },
);
often(() => {
  pages.hits += 3;
  pages.misses += 1;
  pages.sets += 1;
  pages.evictions += 1;
});
let key = 0;
often(async () => {
  key += 1;
  memory.get(key);
  memory.set(key, 'value');
  memory.get(key);
  await redis.get(`key-${key}`);
  await redis.set(`key-${key % 40}`, 'x'.repeat(60_000), { EX: 2 });
  await redis.del(`key-${(key + 20) % 40}`);
  await redis.get(`key-${key % 40}`);
  await memcached.get(`key-${key}`);
  await memcached.set(`key-${key % 40}`, 'x'.repeat(50_000), { expires: 2 });
  await memcached.get(`key-${key % 40}`);
});

// Background work, as figures that an application has itself, and as the tasks of the library.
let jobs = 0;
observer.queue(
  keep(() => ({ waiting: 4, active: 2, delayed: 3, failed: (jobs += 1) % 7, concurrency: 2, oldestAge: 1.5 })),
  { name: 'jobs' },
);
const mails = tasks({ name: 'mails', concurrency: 1 });
often(() => Promise.all([1, 2, 3].map(() => mails.run(() => threads.run(1)))));
const breaker = keep(new CircuitBreaker(failing, { resetTimeout: 400, volumeThreshold: 2 }));
breaker.fallback(() => undefined);
observer.breaker(breaker, { name: 'courier' });
often(() => breaker.fire());
const { run } = deduplication({ name: 'reports' });
often(() => Promise.all([run('a', () => threads.run(1)), run('a', () => threads.run(1))]));
often(() => run('b', failing));
const visitors = userSessions({ kind: 'visitor', idleMs: 1000 });
often(() => visitors.touch(String(Math.floor(key / 10))));
often(() => observer.timer('report.render', () => threads.run(1), { trackMemory: true, slowMs: 1 }));
often(() => observer.timer('report.render', failing));

// Outgoing calls, over a pool that is too small for them, and to where nobody listens.
const peer = createServer((incoming, response) => {
  incoming.resume();
  response.statusCode = incoming.url === '/bad' ? 500 : 200;
  setTimeout(() => response.end('ok\n'), 30);
}).listen(0, '127.0.0.1');
const peerUrl = () => `http://127.0.0.1:${peer.address().port}`;
observer.pool(keep(new Agent({ maxTotalSockets: 4 })), { name: 'limited' });
peer.once('listening', () => {
  const pool = keep(new HttpPool(peerUrl(), { connections: 2 }));
  observer.pool(pool, { name: 'partner' });
  often(() =>
    Promise.all(
      [1, 2, 3, 4, 5].map(async () => (await request(peerUrl(), { dispatcher: pool, path: '/' })).body.text()),
    ),
  );
  often(async () => (await fetch(`${peerUrl()}/bad`)).text());
  often(() => fetch('http://127.0.0.1:1/'));
});

// What goes wrong inside of Outrider because of the application.
observer.pool(failing, { name: 'thrower' });
const counter = observer.counter('work.done', { description: 'Work.' });
often(() => counter.add('no number'));
often(() => counter.add(1));

setInterval(() => {
  const end = performance.now() + BUSY_MS;
  while (performance.now() < end);
  for (const act of acts)
    Promise.resolve()
      .then(act)
      .catch(() => {});
}, EVERY_MS);

for (const event of ['SIGTERM', 'disconnect']) {
  // And what is kept is needed until then.
  process.on(event, () => observer.shutdown().finally(() => process.exit(kept.length === 0 ? 1 : 0)));
}
