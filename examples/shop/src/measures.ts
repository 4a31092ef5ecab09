import { deduplication, getObserver, tasks, userSessions, watchOutgoing, watchQueries } from '@outrider/probes';
import type { Deduplication, Tasks, UserSessions } from '@outrider/probes';
import type { Pool } from 'pg';

// Half an hour is usual; visits of the demo are to be over while somebody watches.
const IDLE_MS = 5000;
const MAILS_AT_ONCE = 2;

/** What the shop works with that measures itself. */
export interface Measures {
  /** Confirmations of orders, sent in the background. */
  readonly mails: Tasks;
  /** Requests for a product that nobody needs to ask for twice at once. */
  readonly productRequests: Deduplication;
  readonly visitors: UserSessions;
  /** An order was placed. */
  placed(totalCents: number): void;
  /** Runs what makes a report, and times it. */
  report<Result>(run: () => Promise<Result>): Promise<Result>;
}

/** Has everything observed that the shop does besides answering requests. */
export function measure(parts: { readonly pool: Pool; readonly products: object; readonly courier: object }): Measures {
  const observer = getObserver();
  observer.pool(parts.pool, { name: 'shop', timings: true });
  observer.cache(parts.products, { name: 'products' });
  observer.breaker(parts.courier, { name: 'courier' });
  watchQueries();
  watchOutgoing();

  const orders = observer.counter('shop.orders', { unit: '{order}', description: 'Orders placed.' });
  const value = observer.histogram('shop.order.value', {
    unit: 'EUR',
    description: 'What an order comes to.',
    buckets: [10, 20, 50, 100, 200, 500],
  });
  return {
    mails: tasks({ name: 'mails', concurrency: MAILS_AT_ONCE }),
    productRequests: deduplication({ name: 'products' }),
    visitors: userSessions({ kind: 'visitor', idleMs: IDLE_MS }),
    placed(totalCents) {
      orders.add(1);
      value.record(totalCents / 100);
    },
    report: (run) => observer.timer('shop.sales_report', run, { slowMs: 1000, trackMemory: true }),
  };
}
