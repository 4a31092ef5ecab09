import { otlpLimits } from '../receivers/otlp-limits.ts';
import { count, countUpTo } from './count.ts';
import { duration } from './duration.ts';
import type { Setting } from './setting.ts';

/** Every limit by its key in the configuration file; times are in milliseconds. */
export interface LimitValues {
  readonly 'limits.bodyBytes': number;
  readonly 'limits.decodedBytes': number;
  readonly 'limits.inFlightBytes': number;
  readonly 'limits.valuesPerRequest': number;
  readonly 'limits.depth': number;
  readonly 'limits.resourcesPerRequest': number;
  readonly 'limits.metricsPerRequest': number;
  readonly 'limits.pointsPerRequest': number;
  readonly 'limits.attributesPerPoint': number;
  readonly 'limits.bucketsPerPoint': number;
  readonly 'limits.nameLength': number;
  readonly 'limits.labelLength': number;
  readonly 'limits.series': number;
  readonly 'limits.storedBytes': number;
  readonly 'limits.fieldNames': number;
  readonly 'limits.attributesPerResource': number;
  readonly 'limits.exemplarsPerPoint': number;
  readonly 'limits.unitLength': number;
  readonly 'limits.slowRequests': number;
  readonly 'limits.slowRequestBytes': number;
  readonly 'limits.services': number;
  readonly 'limits.releasesPerService': number;
  readonly 'limits.processesPerService': number;
  readonly 'limits.streamClients': number;
  readonly 'limits.connections': number;
  readonly 'limits.headerBytes': number;
  readonly 'limits.headerTime': number;
  readonly 'limits.requestTime': number;
  readonly 'limits.serverReplyBytes': number;
}

/** What the sidecar takes in at most. */
export const limitSettings: { readonly [Key in keyof LimitValues]: Setting<number> } = {
  'limits.bodyBytes': {
    description: 'the largest OTLP request on the wire, in bytes',
    fallback: () => String(otlpLimits.wireBytes),
    ...count,
  },
  'limits.decodedBytes': {
    description: 'the largest OTLP request after decompression, in bytes',
    fallback: () => String(otlpLimits.decodedBytes),
    ...count,
  },
  'limits.inFlightBytes': {
    description: 'the bytes of all OTLP requests in flight together',
    fallback: () => String(otlpLimits.inFlightBytes),
    ...count,
  },
  'limits.valuesPerRequest': {
    description: 'the most values (JSON) or fields (protobuf) in one OTLP request',
    fallback: () => String(otlpLimits.values),
    ...count,
  },
  'limits.depth': {
    description: 'how deep values of attributes may nest in an OTLP request',
    fallback: () => String(otlpLimits.anyValueDepth),
    // Values are read by recursion.
    ...countUpTo(1_000),
  },
  'limits.resourcesPerRequest': {
    description: 'the most resources in one OTLP request',
    fallback: () => String(otlpLimits.resources),
    ...count,
  },
  'limits.attributesPerPoint': {
    description: 'the most attributes of a data point',
    fallback: () => String(otlpLimits.attributesPerPoint),
    ...count,
  },
  'limits.bucketsPerPoint': {
    description: 'the most buckets of a histogram',
    fallback: () => String(otlpLimits.bucketsPerPoint),
    ...count,
  },
  'limits.nameLength': {
    description: 'the longest name of a metric or attribute, in characters',
    fallback: () => String(otlpLimits.nameLength),
    ...count,
  },
  'limits.labelLength': {
    description: 'the longest value of an attribute, in characters; longer ones are cut',
    fallback: () => String(otlpLimits.valueLength),
    ...count,
  },
  'limits.streamClients': {
    description: 'the most clients of the event stream',
    fallback: () => '100',
    ...count,
  },
  'limits.connections': {
    description: 'the most connections to each listener',
    fallback: () => '1000',
    ...count,
  },
  'limits.headerBytes': {
    description: 'the largest head of a request, in bytes',
    fallback: () => '16384',
    ...count,
  },
  'limits.headerTime': {
    description: 'the time in which the head of a request must be there',
    fallback: () => '5s',
    ...duration,
  },
  'limits.requestTime': {
    description: 'the time in which a whole request must be there',
    fallback: () => '10s',
    ...duration,
  },
  'limits.serverReplyBytes': {
    description: 'the most bytes that a watched server may answer to one look',
    fallback: () => String(4 * 2 ** 20),
    ...count,
  },
  'limits.pointsPerRequest': {
    description: 'the most data points taken from one OTLP request',
    fallback: () => String(otlpLimits.points),
    ...count,
  },
  'limits.metricsPerRequest': {
    description: 'the most metrics in one OTLP request',
    fallback: () => String(otlpLimits.metrics),
    ...count,
  },
  'limits.fieldNames': {
    description: 'the most different names of fields in one OTLP/JSON request',
    fallback: () => String(otlpLimits.fieldNames),
    ...count,
  },
  'limits.attributesPerResource': {
    description: 'the most attributes of a resource',
    fallback: () => String(otlpLimits.attributesPerResource),
    ...count,
  },
  'limits.exemplarsPerPoint': {
    description: 'the most exemplars of a data point that are looked at',
    fallback: () => String(otlpLimits.exemplarsPerPoint),
    ...count,
  },
  'limits.unitLength': {
    description: 'the longest unit of a metric, in characters',
    fallback: () => String(otlpLimits.unitLength),
    ...count,
  },
  'limits.slowRequests': {
    description: 'the most slow requests kept of one process',
    fallback: () => String(otlpLimits.slowRequests),
    ...count,
  },
  'limits.slowRequestBytes': {
    description: 'the most bytes of slow requests kept of one process',
    fallback: () => String(otlpLimits.slowRequestBytes),
    ...count,
  },
  'limits.services': {
    description: 'the most services whose processes are counted',
    fallback: () => '256',
    ...count,
  },
  'limits.releasesPerService': {
    description: 'the most releases remembered of a service',
    fallback: () => '16',
    ...count,
  },
  'limits.processesPerService': {
    description: 'the most processes remembered of a service',
    fallback: () => '1000',
    ...count,
  },
  'limits.series': {
    description: 'the most series held for all applications together',
    fallback: () => '10000',
    ...count,
  },
  'limits.storedBytes': {
    description: 'the most bytes held for all applications together, counted as their lines in /metrics',
    fallback: () => String(64 * 2 ** 20),
    ...count,
  },
};
