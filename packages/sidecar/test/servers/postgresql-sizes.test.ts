import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { pgMessage } from '../../src/servers/pg-messages.ts';
import { postgresql } from '../../src/servers/postgresql.ts';
import { DatabaseSizes } from '../../src/servers/postgresql-sizes.ts';
import { READY, recorded, replay, startFake } from './postgresql-fake.ts';
import type { Fake } from './postgresql-fake.ts';
import { at, context, look, values } from './postgresql-look.ts';

const SIZE = 'postgresql.db_size{db.namespace=shop}';
let fake: Fake;
let collector: Collector;

beforeEach(async () => {
  fake = await startFake(replay('postgresql'));
  collector = postgresql(at(fake.port), context);
});

afterEach(async () => {
  collector.close?.();
  await fake.stop();
});

test('are asked for once in many looks, and told in each', async () => {
  const asked: boolean[] = [];
  const sane = fake.answer;
  fake.answer = (question, socket, sent) => {
    asked.push(sent.includes('pg_database_size'));
    sane(question, socket, sent);
  };
  const told = [await look(collector), await look(collector), await look(collector)].map(
    (found) => values(found)[SIZE],
  );
  expect(asked.filter(Boolean)).toHaveLength(1);
  expect(told[0]).toBeGreaterThan(1e6);
  expect(new Set(told).size).toBe(1);
});

test('are asked for again after a minute', async () => {
  let now = 5;
  let asked = 0;
  const session = {
    query: () => {
      asked += 1;
      return Promise.resolve([]);
    },
  };
  const sizes = new DatabaseSizes(() => now);
  for (const later of [0, 1, 59_999, 60_000, 60_001, 120_000]) {
    now = 5 + later;
    await sizes.refresh(session);
  }
  expect(asked).toBe(3);
});

test('that cannot be had cost no other figure', async () => {
  const sane = fake.answer;
  const slow = 'canceling statement due to statement timeout';
  fake.answer = (question, socket, sent) => {
    if (!sent.includes('pg_database_size')) sane(question, socket, sent);
    else socket.write(Buffer.concat([pgMessage('E', 'SERROR', 'C57014', `M${slow}`, Buffer.alloc(1)), READY]));
  };
  const found = await look(collector);
  expect(found.absent!['postgresql.db_size']).toBe(`${slow} (SQLSTATE 57014)`);
  expect(values(found)['postgresql.database.count']).toBe(2);
});

test('are not told of a database that is gone', async () => {
  const sane = fake.answer;
  expect(values(await look(collector))[SIZE]).toBeGreaterThan(1e6);
  fake.answer = (question, socket, sent) => {
    const renamed = recorded('postgresql').map((answer) =>
      Buffer.from(answer.toString('latin1').replaceAll('shop', 'pohs'), 'latin1'),
    );
    (sent.includes('pg_database_size') ? sane : replay('postgresql', renamed))(question, socket, sent);
  };
  const found = values(await look(collector));
  expect(found['postgresql.backends{db.namespace=pohs}']).toBeDefined();
  expect(Object.keys(found).filter((name) => name.includes('shop'))).toEqual([]);
});
