import { errorType } from './error-type.ts';
import { mongoSummary } from './mongo-command.ts';
import type { QueryRecorder } from './query-recorder.ts';
import { listenToQueries } from './traced-channel.ts';
import type { TracedQuery } from './traced-channel.ts';

interface MongooseQuery extends TracedQuery {
  readonly operation?: string;
  readonly collection?: string;
  readonly database?: string;
}

const LIBRARY = {
  name: 'mongoose',
  system: 'mongodb',
  scopes: ['@opentelemetry/instrumentation-mongoose', '@opentelemetry/instrumentation-mongodb'],
};

// Not mongoose:cursor:next, which tells of every document, most of which are there already.
const CHANNELS = ['query', 'aggregate', 'model:save', 'model:insertMany', 'model:bulkWrite'];

/** Listens to the operations of mongoose from 9.7 on, with the hooks and the populating that are a part of them. */
export function listenToMongoose(recorder: QueryRecorder, onFailure: () => void): () => void {
  const queries = recorder.library(LIBRARY);
  const stops = CHANNELS.map((channel) =>
    listenToQueries<MongooseQuery>(
      `mongoose:${channel}`,
      {
        begin: () => queries.begin(),
        end({ operation, collection, database, error }, begun) {
          const failure = error === undefined ? undefined : errorType(error);
          queries.end(begun, database, mongoSummary(operation, collection), failure);
        },
      },
      onFailure,
    ),
  );
  return () => stops.forEach((stop) => stop());
}
