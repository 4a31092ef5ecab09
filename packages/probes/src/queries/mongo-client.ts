import { OutriderError, show } from '@outrider/core/errors';
import { errorType } from './error-type.ts';
import type { BegunQuery, LibraryQueries } from './library-queries.ts';
import { mongoSummary } from './mongo-command.ts';
import type { QuerySummary } from './sql-summary.ts';
import { currentRecorder } from './watch-queries.ts';

/** A `MongoClient` of mongodb. */
export interface MongoClientLike {
  readonly options?: { readonly monitorCommands?: boolean };
  on(event: string, listener: (event: never) => void): unknown;
  off(event: string, listener: (event: never) => void): unknown;
}

interface CommandEvent {
  readonly requestId: number;
  readonly commandName: string;
  readonly databaseName?: string;
  readonly command?: Readonly<Record<string, unknown>>;
  readonly failure?: unknown;
}

interface Command {
  readonly queries: LibraryQueries;
  readonly begun: BegunQuery;
  readonly namespace: string | undefined;
  readonly query: QuerySummary;
}

const LIBRARY = { name: 'mongodb', system: 'mongodb', scopes: ['@opentelemetry/instrumentation-mongodb'] };

// What the driver says on its own behalf.
const LEFT_OUT = new Set(
  'hello ismaster isMaster saslStart saslContinue authenticate endSessions killCursors'.split(' '),
);

// Those whose first field is a collection: that of another may be a user, a role, anything.
const OF_COLLECTION = new Set(
  (
    'find insert update delete aggregate count distinct findAndModify create drop createIndexes dropIndexes listIndexes ' +
    'mapReduce collMod validate compact collStats'
  ).split(' '),
);

/** Of each command the driver says that it ended; should it not, no more than these are kept. */
const MAX_OPEN = 10_000;

const watched = new WeakMap<object, () => void>();

/**
 * Measures the commands of a `MongoClient` (mongodb from 4 on) once `watchQueries` was called: by command and collection,
 * `find users`. The client needs `monitorCommands: true`. Not for the client of mongoose, whose operations are measured
 * without it, and would be twice. What it returns ends it.
 *
 * The time is taken from event to event: the durations that the driver tells are whole milliseconds.
 *
 * @example
 * watchMongo(new MongoClient(url, { monitorCommands: true }));
 *
 * @throws {OutriderError} OUTRIDER_OPTION if the client does not monitor its commands
 */
export function watchMongo(client: MongoClientLike): () => void {
  const known = watched.get(client);
  if (known !== undefined) return known;
  const monitored = client.options?.monitorCommands;
  if (monitored !== true) {
    throw new OutriderError('OUTRIDER_OPTION', {
      option: 'monitorCommands of the MongoClient',
      value: show(monitored),
      expected: 'true',
    });
  }
  const open = new Map<number, Command>();
  const started = (event: CommandEvent): void => begin(open, event);
  const succeeded = (event: CommandEvent): void => end(open, event, undefined);
  const failed = (event: CommandEvent): void => end(open, event, errorType(event.failure));
  client.on('commandStarted', started);
  client.on('commandSucceeded', succeeded);
  client.on('commandFailed', failed);
  const stop = (): void => {
    watched.delete(client);
    client.off('commandStarted', started);
    client.off('commandSucceeded', succeeded);
    client.off('commandFailed', failed);
    for (const { queries, begun } of open.values()) queries.drop(begun);
    open.clear();
  };
  watched.set(client, stop);
  return stop;
}

function begin(open: Map<number, Command>, { requestId, commandName, databaseName, command }: CommandEvent): void {
  const queries = currentRecorder()?.library(LIBRARY);
  if (queries === undefined || LEFT_OUT.has(commandName) || open.size >= MAX_OPEN) return;
  open.set(requestId, {
    queries,
    begun: queries.begin(),
    namespace: databaseName,
    query: mongoSummary(commandName, collectionOf(commandName, command)),
  });
}

function collectionOf(name: string, command: CommandEvent['command']): unknown {
  if (name === 'getMore') return command?.['collection'];
  return OF_COLLECTION.has(name) ? command?.[name] : undefined;
}

function end(open: Map<number, Command>, { requestId }: CommandEvent, failure: string | undefined): void {
  const command = open.get(requestId);
  if (command === undefined) return;
  open.delete(requestId);
  command.queries.end(command.begun, command.namespace, command.query, failure);
}
