import { MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { watchMongo } from '../../src/queries/mongo-client.ts';
import { startMongodb } from '../stand-ins/mongodb.ts';
import type { MongodbStandIn } from '../stand-ins/mongodb.ts';
import { watched } from './watched.ts';
import type { Watched } from './watched.ts';

const SECRET = 'hunter2';

let server: MongodbStandIn;
let watch: Watched;

beforeAll(async () => {
  server = await startMongodb();
  watch = watched();
});

beforeEach(() => void watch.counts());

afterAll(async () => {
  watch?.stop();
  await server?.stop();
});

test('mongoose: each operation is counted once, by its collection', async () => {
  const connection = mongoose.createConnection(server.url, { autoIndex: false, autoCreate: false });
  // It knows the database's name from then on.
  await connection.asPromise();
  const User = connection.model('User', new mongoose.Schema({ name: String, age: Number }));
  await User.insertMany([{ name: SECRET, age: 1 }]);
  await new User({ name: SECRET, age: 2 }).save();
  await User.find({ name: SECRET });
  await User.findOne({ name: SECRET });
  await User.updateOne({ name: SECRET }, { age: 3 });
  await User.aggregate([{ $match: { name: SECRET } }]);
  await User.distinct('name', { name: SECRET }).catch(() => {});
  await User.find({ age: SECRET as never }).catch(() => {});
  await connection.close();
  expect(watch.counts()).toEqual({
    'mongodb test insertMany users': 1,
    'mongodb test save users': 1,
    'mongodb test find users': 1,
    'mongodb test findOne users': 1,
    'mongodb test updateOne users': 1,
    'mongodb test aggregate users': 1,
    'mongodb test distinct users 59': 1,
    'mongodb test find users CastError': 1,
  });
});

test('mongodb: each command is counted once, until that is ended', async () => {
  const client = new MongoClient(server.url, { monitorCommands: true });
  const stop = watchMongo(client);
  expect(watchMongo(client)).toBe(stop);
  const users = client.db('shop').collection('users');
  await users.insertOne({ name: SECRET });
  await users.find({ name: SECRET }).toArray();
  await client
    .db('shop')
    .command({ dropSomething: SECRET })
    .catch(() => {});
  expect(watch.counts()).toEqual({
    'mongodb shop insert users': 1,
    'mongodb shop find users': 1,
    'mongodb shop dropSomething 59': 1,
  });
  stop();
  await users.find({}).toArray();
  await client.close();
  expect(watch.counts()).toEqual({});
});

test('mongodb: the time is not that of whole milliseconds', () => {
  const times = watch.log.filter(({ summary }) => summary === 'find users').map(({ duration_ms: time }) => time);
  expect(times.some((time) => time > 0 && !Number.isInteger(time))).toBe(true);
});

test('a client that does not monitor its commands is refused', async () => {
  const client = new MongoClient(server.url);
  expect(() => watchMongo(client)).toThrow('monitorCommands');
  await client.close();
});

test('neither says a value', () => {
  expect(watch.everything()).toContain('find users');
  expect(watch.everything()).not.toContain(SECRET);
});
