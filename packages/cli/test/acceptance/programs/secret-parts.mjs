import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { deduplication, getObserver, observeCache, tasks, userSessions } from '@outrider/probes';
import { ofProbes } from './libraries.mjs';
import { secret } from './secret.mjs';
import { failing, oneByOne } from './secret-steps.mjs';

const { LRUCache } = ofProbes('lru-cache');
const CircuitBreaker = ofProbes('opossum');
const { Agent, request: undiciRequest } = ofProbes('undici');

// As an application holds them: a probe holds its target weakly.
const kept = [];

/** Outgoing calls that are answered, refused, given up, and wrongly addressed. */
export async function useOutgoing(peer) {
  const nobody = `127.0.0.1:${await freePort()}`;
  const agent = new Agent();
  getObserver().pool(agent, { name: 'undici' });
  kept.push(agent);
  const basic = (name) => `Basic ${Buffer.from(`user:${secret(name)}`).toString('base64')}`;
  const calling = (url, options) => () =>
    new Promise((resolve, reject) => {
      request(url, options, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
  await oneByOne([
    async () => {
      const url = `${peer}/${secret('FetchPath')}?token=${secret('FetchQuery')}#${secret('FetchHash')}`;
      const headers = { authorization: `Bearer ${secret('FetchHeader')}`, cookie: `sid=${secret('FetchCookie')}` };
      await (await fetch(url, { method: 'POST', headers, body: secret('FetchBody') })).text();
    },
    calling(`${peer.replace('//', `//user:${secret('HttpPassword')}@`)}/${secret('HttpPath')}`),
    calling(`${peer}/`, { headers: { authorization: basic('HttpBasic') } }),
    failing(calling(`http://user:${secret('RefusedPassword')}@${nobody}/${secret('RefusedPath')}`), 'REFUSED'),
    failing(() => fetch(`http://user:${secret('FetchUserinfo')}@${nobody}/`)),
    failing(() => fetch(`http://${nobody}/${secret('FetchRefusedPath')}`), 'REFUSED'),
    failing(() => fetch(`${peer}/late?${secret('LateQuery')}`, { signal: AbortSignal.timeout(50) }), 'timeout'),
    async () => {
      const path = `/${secret('UndiciPath')}`;
      await (
        await undiciRequest(`${peer}${path}`, { dispatcher: agent, headers: { x: secret('UndiciHeader') } })
      ).body.text();
    },
  ]);
}

/** Caches, deduplication, sessions, tasks, breakers, timers and instruments. */
export async function useRest() {
  const observer = getObserver();
  const lru = new LRUCache({ max: 2 });
  observer.cache(lru, { name: 'lru' });
  const broken = {
    get: (key) => Promise.reject(new Error(`cannot get ${key}`)),
    set: (key) => Promise.reject(Object.assign(new Error('cannot set'), { code: `no ${key}`, name: `no ${key}` })),
  };
  observeCache(broken, { name: 'broken' });
  const breaker = new CircuitBreaker((token) => Promise.reject(new Error(`refused ${String(token)}`)), {
    name: secret('BreakerOwnName'),
  });
  observer.breaker(breaker, { name: 'breaker' });
  kept.push(lru, broken, breaker);
  const visitors = userSessions({ kind: 'visitor', idleMs: 60_000 });
  const { run } = deduplication({ name: 'work' });
  const mails = tasks({ name: 'mails', concurrency: 1 });
  const counter = observer.counter('work.done', { description: 'Work.' });
  const timed = (name) => () => {
    throw Object.assign(new Error(secret(name)), { code: `code ${secret(name)}` });
  };
  await oneByOne([
    () => lru.set(secret('LruKey'), secret('LruValue')),
    () => lru.get(secret('LruKey')),
    failing(() => broken.get(secret('BrokenKey'))),
    failing(() => broken.set(secret('BrokenCode'), 1), 'cannot'),
    failing(() => breaker.fire(secret('BreakerArgument'))),
    () => visitors.touch(secret('Session')),
    () => visitors.end(secret('Session')),
    () => run(secret('DedupKey'), () => 1),
    failing(() => run(secret('DedupKey'), timed('DedupError'))),
    failing(() => mails.run(timed('TaskError'))),
    failing(() => observer.timer('work', timed('TimerError'), { slowMs: 0 })),
    () => counter.add(secret('CounterAmount')),
    () => counter.add(1, { kind: { toString: () => secret('CounterLabel') } }),
  ]);
}

/** What goes wrong while metrics are read, and what is registered wrongly; its errors are logged as they are. */
export async function registerBroken() {
  const observer = getObserver();
  const read = (name) => () => {
    throw new Error(`postgresql://shop:${secret(name)}@db/shop`);
  };
  observer.pool(read('PoolProbe'), { name: 'thrower' });
  observer.cache(read('CacheProbe'), { name: 'thrower' });
  observer.queue(read('QueueProbe'), { name: 'thrower' });
  observer.breaker(read('BreakerProbe'), { name: 'thrower' });
  observer.gauge('thrower.level', { read: read('GaugeRead') });
  for (const [kind, name] of [
    ['pool', 'PoolUrl'],
    ['cache', 'CacheUrl'],
    ['queue', 'QueueUrl'],
    ['breaker', 'BreakerUrl'],
  ]) {
    for (const target of [`redis://:${secret(name)}@host`, { url: `redis://:${secret(`${name}Object`)}@host` }]) {
      try {
        observer[kind](target, { name: 'wrong' });
      } catch (error) {
        process.stderr.write(`${error.message}\n`);
      }
    }
  }
}

/** A port that nobody listens on. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
