import { setTimeout as sleep } from 'node:timers/promises';
import { pgClient } from '@outrider/probes';
import { LRUCache } from 'lru-cache';
import { Client, Pool } from 'pg';
import { breakShop } from './break-shop.ts';
import { openCourier } from './courier.ts';
import { Faults } from './faults.ts';
import { measure } from './measures.ts';
import { createSchema } from './schema.ts';

const MAIL_MS = 400;

/** What is for sale; prices are in cents. */
export interface Product {
  readonly id: number;
  readonly name: string;
  readonly priceCents: number;
}

/** What somebody bought. */
export interface Order {
  readonly id: number;
  readonly productId: number;
  readonly quantity: number;
  readonly totalCents: number;
}

/** How many of a product were sold. */
export interface Sales {
  readonly productId: number;
  readonly name: string;
  readonly sold: number;
}

/** What the applications sell. An id that is not a number finds nothing, as any other that does not exist. */
export interface Shop {
  listProducts(): Promise<Product[]>;
  getProduct(id: string): Promise<Product | undefined>;
  /** Undefined if there is no such product. */
  createOrder(productId: number, quantity: number): Promise<Order | undefined>;
  getOrder(id: string): Promise<Order | undefined>;
  /** The best sellers; takes up to half a second. */
  salesReport(): Promise<Sales[]>;
  /** Somebody is there; undefined if it cannot be told who. */
  visited(visitor: string | undefined): void;
  close(): Promise<void>;
}

/**
 * Opens the shop: a connection pool, a cache in front of it, a courier, and all of them observed.
 *
 * @param options.databaseUrl for example `postgresql://user:password@localhost:5432/shop`
 * @param options.faults what is to go wrong on purpose, and when
 * @throws if the database cannot be reached
 */
export async function createShop({
  databaseUrl,
  faults = new Faults(''),
}: {
  databaseUrl: string;
  faults?: Faults;
}): Promise<Shop> {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 10,
    min: 2,
    connectionTimeoutMillis: 5000,
    // Measures the queries.
    Client: pgClient(Client),
  });
  // A connection that breaks while it is idle is replaced when it is needed; without a listener it would end the process.
  pool.on('error', () => {});
  try {
    await createSchema(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const cache = new LRUCache<number, Product>({ max: 100 });

  const courier = await openCourier();
  const mendShop = breakShop(faults, pool);
  const measures = measure({ pool, products: cache, courier: courier.breaker });

  async function findProduct(id: number): Promise<Product | undefined> {
    const { rows } = await pool.query<Product>(`${PRODUCT} where id = $1`, [id]);
    const product = rows[0];
    if (product !== undefined) cache.set(id, product);
    return product;
  }

  return {
    async listProducts() {
      const { rows } = await pool.query<Product>(`${PRODUCT} order by id limit 50`);
      return rows;
    },

    async getProduct(text) {
      const id = parseId(text);
      if (id === undefined) return undefined;
      if (faults.isOn('lose-cache')) cache.clear();
      const cached = cache.get(id);
      if (cached !== undefined) return cached;
      // Whoever asks while the answer is under way gets the same one.
      return measures.productRequests.run(String(id), () => findProduct(id));
    },

    async createOrder(productId, quantity) {
      const { rows } = await pool.query<Order>(CREATE_ORDER, [productId, quantity]);
      cache.delete(productId);
      const order = rows[0];
      if (order === undefined) return undefined;
      measures.placed(order.totalCents);
      await courier.announce(order.id);
      // Nobody waits for the mail. Stands for a server that takes its time, so that now and then some of them queue.
      void measures.mails.run(() => sleep(MAIL_MS));
      return order;
    },

    async getOrder(text) {
      const id = parseId(text);
      if (id === undefined) return undefined;
      const { rows } = await pool.query<Order>(`select ${ORDER} from outrider_shop.orders where id = $1`, [id]);
      return rows[0];
    },

    salesReport: () =>
      measures.report(async () => {
        // Stands for the query that nobody got round to tuning.
        const times = faults.isOn('slow-reports') ? 2 : 1;
        await pool.query('select pg_sleep((0.3 + random() * 0.2) * $1)', [times]);
        const { rows } = await pool.query<Sales>(SALES);
        return rows;
      }),

    visited: (visitor) => measures.visitors.touch(visitor),

    async close() {
      mendShop();
      await courier.close();
      await pool.end();
    },
  };
}

const PRODUCT = 'select id, name, price_cents as "priceCents" from outrider_shop.products';

const ORDER = 'id, product_id as "productId", quantity, total_cents as "totalCents"';

const CREATE_ORDER = `
  with product as (
    update outrider_shop.products set sold = sold + $2::integer where id = $1::integer returning id, price_cents
  )
  insert into outrider_shop.orders (product_id, quantity, total_cents)
    select id, $2::integer, price_cents * $2::integer from product
    returning ${ORDER}`;

const SALES = `
  select id as "productId", name, sold from outrider_shop.products where sold > 0 order by sold desc, id limit 10`;

function parseId(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
