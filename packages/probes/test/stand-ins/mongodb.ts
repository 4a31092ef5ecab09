import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { BSON } from 'mongodb';

// What a driver and a server say to each other: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

/** The first version of the wire protocol of MongoDB 7.0. */
const WIRE_VERSION = 21;

/** Stands in for a MongoDB server, which Debian does not package, at the level of its protocol. */
export interface MongodbStandIn {
  readonly url: string;
  /** How long every answer but those to the driver's own greetings is held back, in milliseconds. */
  delayMs: number;
  /** Breaks all connections and accepts no more. */
  stop(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly operation: number;
  readonly command: BSON.Document;
}

/**
 * Starts a stand-in. It keeps what is inserted and finds it by equal fields; any command that it does not know fails as
 * one that the server does not know would.
 *
 * @example
 * const mongodb = await startMongodb();
 * const client = new MongoClient(mongodb.url);
 */
export async function startMongodb(): Promise<MongodbStandIn> {
  const sockets = new Set<Socket>();
  const collections = new Map<string, BSON.Document[]>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A driver that is stopped resets its connections.
    socket.on('error', () => {});
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const standIn: MongodbStandIn = {
    url: `mongodb://127.0.0.1:${port}/test`,
    delayMs: 0,
    async stop() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };

  function serve(socket: Socket): void {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= HEADER_BYTES && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0);
        const request = decode(received.subarray(0, length));
        received = received.subarray(length);
        const answer = encode(request, answerTo(request.command, collections));
        if (standIn.delayMs === 0 || isGreeting(request.command)) socket.write(answer);
        else setTimeout(() => socket.destroyed || socket.write(answer), standIn.delayMs).unref();
      }
    });
  }

  return standIn;
}

function isGreeting(command: BSON.Document): boolean {
  return ['hello', 'ismaster', 'isMaster', 'endSessions'].includes(Object.keys(command)[0]!);
}

function decode(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  if (operation === OP_QUERY) {
    const collectionEnd = message.indexOf(0, HEADER_BYTES + 4);
    return { id, operation, command: documentAt(message, collectionEnd + 1 + 8) };
  }
  // Flags, then sections: a kind 0 is the command, a kind 1 a list of documents that belongs to one of its fields.
  let command: BSON.Document = {};
  for (let at = HEADER_BYTES + 4; at < message.length;) {
    const kind = message[at];
    const start = at + 1;
    const size = message.readInt32LE(start);
    if (kind === 0) command = { ...documentAt(message, start), ...command };
    else {
      const nameEnd = message.indexOf(0, start + 4);
      const documents: BSON.Document[] = [];
      for (let next = nameEnd + 1; next < start + size; next += message.readInt32LE(next)) {
        documents.push(documentAt(message, next));
      }
      command = { ...command, [message.toString('utf8', start + 4, nameEnd)]: documents };
    }
    at = start + size;
  }
  return { id, operation, command };
}

function documentAt(message: Buffer, at: number): BSON.Document {
  return BSON.deserialize(message.subarray(at, at + message.readInt32LE(at)));
}

function encode({ id, operation }: Request, answer: BSON.Document): Buffer {
  const body = BSON.serialize(answer);
  // The older operation has 20 bytes of flags, cursor and counts before its document, the newer one flags and a kind.
  const between = operation === OP_QUERY ? 20 : 5;
  const message = Buffer.alloc(HEADER_BYTES + between + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(id, 8);
  message.writeInt32LE(operation === OP_QUERY ? OP_REPLY : OP_MSG, 12);
  if (operation === OP_QUERY) message.writeInt32LE(1, HEADER_BYTES + 16);
  message.set(body, HEADER_BYTES + between);
  return message;
}

function answerTo(command: BSON.Document, collections: Map<string, BSON.Document[]>): BSON.Document {
  const name = Object.keys(command)[0]!;
  const namespace = `${command['$db']}.${command[name]}`;
  const kept = collections.get(namespace) ?? [];
  const cursor = (firstBatch: BSON.Document[]): BSON.Document => ({
    ok: 1,
    cursor: { id: BSON.Long.ZERO, ns: namespace, firstBatch },
  });
  switch (name) {
    case 'hello':
    case 'ismaster':
    case 'isMaster':
      return greeting();
    case 'ping':
    case 'endSessions':
      return { ok: 1 };
    case 'insert':
      collections.set(namespace, [...kept, ...command['documents']]);
      return { ok: 1, n: command['documents'].length };
    case 'find': {
      const found = kept.filter((document) => hasFields(document, command['filter'] ?? {}));
      return cursor(found.slice(0, command['limit'] || found.length));
    }
    case 'aggregate':
      return cursor(kept);
    case 'update':
      return { ok: 1, n: kept.length, nModified: kept.length };
    case 'delete':
      return { ok: 1, n: kept.length };
    default:
      return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: '${name}'` };
  }
}

function greeting(): BSON.Document {
  return {
    ok: 1,
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    maxBsonObjectSize: 16 * 1024 ** 2,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

function hasFields(document: BSON.Document, filter: BSON.Document): boolean {
  return Object.entries(filter).every(([name, value]) => String(document[name]) === String(value));
}
