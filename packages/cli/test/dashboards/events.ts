import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { seeded } from '../../src/demo/random.ts';
import { Traffic } from '../../src/demo/traffic.ts';
import type { LiveStage, Running } from './live-stage.ts';

const RATE = 80;
/** Longer than what counts as a slow request: 3 s. */
const HELD_MS = 3300;
const EVERY_MS = 200;

/** What customers do, as in the demo: errors, hanging up, unknown routes, and reports that take their time. */
export function customers({ url }: Running): Disposable {
  const traffic = new Traffic({ targets: [url], rate: RATE, random: seeded(7) });
  return { [Symbol.dispose]: () => traffic.stop() };
}

/** What callers of the other application do, which has streams, and answers that take more than three seconds. */
export function callers({ url }: Running): Disposable {
  const paths = ['/items/1', '/events', '/nowhere', '/slow'];
  const timer = setInterval(() => {
    for (const path of paths) {
      // An id that is none, and is replaced.
      get(`${url}${path}`, { headers: { 'x-request-id': 'no id' } }, (response) => response.resume()).on(
        'error',
        () => {
          // It ends before its callers do.
        },
      );
    }
  }, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Locks a table of the shop: requests pile up, for connections of the pool too, and some of them get slow. */
export async function lockOrders({ servers }: LiveStage): Promise<void> {
  const client = new Client({ connectionString: servers.postgres.url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('lock table outrider_shop.orders in access exclusive mode');
    await delay(HELD_MS);
    await client.query('rollback');
  } finally {
    await client.end();
  }
}

/** Work that a database should not have: what fails, is given up, spills to disk, and waits for each other for good. */
export async function troubleDatabase({ servers }: LiveStage): Promise<void> {
  const [one, two] = [0, 1].map(() => new Client({ connectionString: servers.postgres.url })) as [Client, Client];
  await Promise.all([one.connect(), two.connect()]);
  try {
    await one.query(
      'create table if not exists trouble as select i, repeat(md5(i::text), 20) t from generate_series(1, 5000) i',
    );
    await one.query('select t from trouble order by t desc offset 4999');
    await one.query('select nothing from trouble').catch(() => undefined);
    await Promise.all([one, two].map((client) => client.query('begin')));
    await one.query('update trouble set t = $1 where i = 1', ['x']);
    await two.query('update trouble set t = $1 where i = 2', ['x']);
    // One of them is told to give up.
    await Promise.allSettled([
      one.query('update trouble set t = $1 where i = 2', ['x']),
      two.query('update trouble set t = $1 where i = 1', ['x']),
    ]);
    await Promise.all([one, two].map((client) => client.query('rollback')));
    await one.query('delete from trouble where i > 10');
    await one.query('checkpoint');
  } finally {
    await Promise.all([one.end(), two.end()]);
  }
}

/** What a sidecar refuses: pushes that are none, points that are wrong, callers that think it is somebody else. */
export async function troubleSidecar(stage: LiveStage): Promise<void> {
  const push = async (body: string, type = 'application/json'): Promise<void> => {
    await fetch(`${stage.otlpUrl}/v1/metrics`, { method: 'POST', headers: { 'content-type': type }, body });
  };
  await push('{');
  await push('', 'text/plain');
  await push(
    JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'odd' } }] },
          scopeMetrics: [
            {
              metrics: [
                // A name that /metrics has for itself, and a number that is none.
                { name: 'up', unit: '', gauge: { dataPoints: [{ asDouble: 1 }] } },
                { name: 'odd', gauge: { dataPoints: [{ asInt: 'many' }] } },
              ],
            },
          ],
        },
      ],
    }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  get(`${stage.metricsUrl}/metrics`, { headers: { host: 'elsewhere.example' } }, (response) => {
    response.resume().on('end', resolve);
  }).on('error', reject);
  await promise;
  stage.reload();
}
