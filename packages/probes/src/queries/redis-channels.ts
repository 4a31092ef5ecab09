import { tracingChannel } from 'node:diagnostics_channel';
import { redisErrorType } from './error-type.ts';
import type { LibraryQueries } from './library-queries.ts';
import type { QueryRecorder } from './query-recorder.ts';
import { commandSummary, isMeasured } from './redis-command.ts';
import { listenToQueries } from './traced-channel.ts';
import type { TracedQuery } from './traced-channel.ts';

/** What both clients tell of a command; a pipeline's command is one like any other. */
interface RedisCommand extends TracedQuery {
  readonly command: string;
  readonly args: readonly unknown[];
  readonly database?: number;
}

interface RedisBatch extends TracedQuery {
  readonly batchMode: string;
  readonly database?: number;
}

const IOREDIS = { name: 'ioredis', system: 'redis', scopes: ['@opentelemetry/instrumentation-ioredis'] };
// The client's own instrumentation, and the one that patches it.
const NODE_REDIS = { name: 'redis', system: 'redis', scopes: ['node-redis', '@opentelemetry/instrumentation-redis'] };

/** Listens to the commands of ioredis from 5.11 on. A command that waits for a connection begins once there is one. */
export function listenToIoredis(recorder: QueryRecorder, onFailure: () => void): () => void {
  const queries = recorder.library(IOREDIS);
  // It tells of the commands of a transaction too, which it sends while it says that the transaction begins.
  let sending = 0;
  const channel = tracingChannel<unknown, object>('ioredis:batch');
  const begin = (): void => void sending++;
  const end = (): void => void sending--;
  channel.start.subscribe(begin);
  channel.end.subscribe(end);
  const stops = [
    listenToQueries<RedisCommand>(
      'ioredis:command',
      {
        begin: ({ command, args }) => (sending === 0 && isMeasured(command, args) ? queries.begin() : undefined),
        end: endCommand(queries),
      },
      onFailure,
    ),
    listenToTransactions('ioredis:batch', queries, onFailure),
  ];
  return () => {
    channel.start.unsubscribe(begin);
    channel.end.unsubscribe(end);
    for (const stop of stops) stop();
  };
}

/** Listens to the commands of node-redis from 5.12 on, from when they are queued. */
export function listenToNodeRedis(recorder: QueryRecorder, onFailure: () => void): () => void {
  const queries = recorder.library(NODE_REDIS);
  const stops = [
    listenToQueries<RedisCommand>(
      'node-redis:command',
      {
        begin: ({ command, args }) => (isMeasured(command, args) ? queries.begin() : undefined),
        end: endCommand(queries),
      },
      onFailure,
    ),
    listenToTransactions('node-redis:batch', queries, onFailure),
  ];
  return () => stops.forEach((stop) => stop());
}

// A pipeline is no operation of the server's: its commands are told one by one. A transaction is one.
function listenToTransactions(channel: string, queries: LibraryQueries, onFailure: () => void): () => void {
  const summary = commandSummary('MULTI');
  return listenToQueries<RedisBatch>(
    channel,
    {
      begin: ({ batchMode }) => (batchMode === 'MULTI' ? queries.begin() : undefined),
      end: ({ database, error }, begun) => queries.end(begun, namespaceOf(database), summary, errorOf(error)),
    },
    onFailure,
  );
}

function endCommand(
  queries: LibraryQueries,
): (query: RedisCommand, begun: ReturnType<LibraryQueries['begin']>) => void {
  return ({ command, database, error }, begun) =>
    queries.end(begun, namespaceOf(database), commandSummary(command, error), errorOf(error));
}

function namespaceOf(database: number | undefined): string | undefined {
  return database === undefined ? undefined : String(database);
}

function errorOf(error: unknown): string | undefined {
  return error === undefined ? undefined : redisErrorType(error);
}
