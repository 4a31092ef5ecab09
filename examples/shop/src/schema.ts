import type { Pool } from 'pg';

// Two applications may start at once: whoever holds the lock creates, the other finds it done.
const LOCK = 7_302_118;

const TABLES = `
  create schema if not exists outrider_shop;
  create table if not exists outrider_shop.products (
    id integer primary key,
    name text not null,
    price_cents integer not null,
    sold integer not null default 0
  );
  create table if not exists outrider_shop.orders (
    id integer generated always as identity primary key,
    product_id integer not null references outrider_shop.products,
    quantity integer not null,
    total_cents integer not null,
    created_at timestamptz not null default now()
  );
  insert into outrider_shop.products (id, name, price_cents)
    select id, 'Product ' || id, 500 + id * 37 % 4500 from generate_series(1, 300) as id
    on conflict do nothing;
`;

/** Creates the tables of the shop and its 300 products, where they are not there yet. */
export async function createSchema(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(TABLES);
    await client.query('commit');
    client.release();
  } catch (error) {
    // A connection in the middle of a transaction is of no use to anybody else.
    client.release(true);
    throw error;
  }
}
