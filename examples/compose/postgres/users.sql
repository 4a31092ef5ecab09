-- Run once, when the database is made.
\set shop_password `cat /run/secrets/shop-postgres-password`
\set outrider_password `cat /run/secrets/outrider-postgres-password`

CREATE ROLE shop LOGIN PASSWORD :'shop_password';
CREATE DATABASE shop OWNER shop;

-- Reads statistics, and no table of anybody: docs/guide/postgresql-pgbouncer.md. One connection is all that the sidecar ever has.
CREATE ROLE outrider LOGIN PASSWORD :'outrider_password' CONNECTION LIMIT 2;
GRANT pg_read_all_stats TO outrider;
