import { ProtobufReader } from '../receivers/protobuf-reader.ts';

// A response has a handful of fields; one that goes on and on is not read to its end.
const FIELDS = 100;

/**
 * How many data points a backend rejected, from the body of its answer to a request that it took otherwise (an
 * ExportMetricsServiceResponse with `partial_success`). What cannot be read says nothing of rejected points: 0.
 */
export function rejectedPoints(body: Buffer, contentType: string | undefined): number {
  try {
    const json = contentType?.trim().toLowerCase().startsWith('application/json') ?? false;
    const rejected = Number(json ? rejectedInJson(body) : rejectedInProtobuf(body));
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

function rejectedInJson(body: Buffer): unknown {
  const answer = JSON.parse(body.toString()) as { partialSuccess?: { rejectedDataPoints?: unknown } } | null;
  return answer?.partialSuccess?.rejectedDataPoints;
}

function rejectedInProtobuf(body: Buffer): number | bigint {
  let rejected: number | bigint = 0;
  const answer = new ProtobufReader(body, { left: FIELDS });
  while (answer.next()) {
    if (answer.field !== 1) continue;
    const partial = answer.message();
    while (partial.next()) if (partial.field === 1) rejected = partial.int64();
  }
  return rejected;
}
