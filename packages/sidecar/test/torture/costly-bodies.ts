import { otlpLimits } from '../../src/receivers/otlp-limits.ts';

const { values: VALUES, decodedBytes: BYTES, points: POINTS, metrics: METRICS, resources: RESOURCES } = otlpLimits;

function request(metrics: string, more = ''): string {
  return `{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"costly"}}]},"scopeMetrics":[{"metrics":[${metrics}]}]}]${more}}`;
}

/** As many of these as the limits let in, where each has so many values. */
function list(valuesEach: number, make: (i: number) => string, most = Infinity): string {
  const length = Math.floor(Math.min((VALUES - 100) / valuesEach, (BYTES - 1_000) / (make(99_999).length + 1), most));
  return Array.from({ length }, (_, i) => make(i)).join();
}

const attribute = (i: number): string => `{"asInt":1,"attributes":[{"key":"a","value":{"intValue":${i}}}]}`;
const metric = (i: number): string => `{"name":"m${i}","gauge":{"dataPoints":[{"asInt":1}]}}`;
const process = (i: number): string =>
  `{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s${i}"}}]},"scopeMetrics":[{"metrics":[${metric(i)}]}]}`;

// Fields of two bytes, as many as the limit lets in.
const EMPTY_FIELDS = Math.floor(VALUES / 2) - 1_000;

/** Empty fields in the innermost of these protobuf fields, which begin with these bytes. */
function emptyFields(tag: number, ...around: ReadonlyArray<readonly number[]>): Buffer {
  return around.reduceRight<Buffer>(
    (inner, head) => Buffer.concat([Buffer.from([...head, ...varint(inner.length)]), inner]),
    Buffer.alloc(2 * EMPTY_FIELDS, Buffer.from([tag, 0])),
  );
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

// A resource with the service `a`; a metric with a name; a data point with a value. Each is in the field before it.
const SERVICE = [
  0x0a,
  0x17,
  0x0a,
  0x15,
  0x0a,
  0x0c,
  ...Buffer.from('service.name'),
  0x12,
  0x05,
  0x0a,
  0x03,
  0x61,
  0x61,
  0x61,
];
const METRIC = [[0x0a], [...SERVICE, 0x12], [0x12]];
const NAME = [0x0a, 0x01, 0x6d];
const VALUE = [0x31, 1, 0, 0, 0, 0, 0, 0, 0];

/** The same in protobuf: what is two bytes each there, and an object here. */
export const costlyMessages: ReadonlyArray<readonly [what: string, body: () => Buffer]> = [
  ['parts of a metric', () => emptyFields(0x2a, ...METRIC)],
  ['attributes of a point', () => emptyFields(0x3a, ...METRIC, [...NAME, 0x2a], [0x0a])],
  ['attributes of a resource', () => emptyFields(0x0a, [0x0a], [0x0a])],
  [
    'elements of an array',
    () => emptyFields(0x0a, ...METRIC, [...NAME, 0x2a], [0x0a], [...VALUE, 0x3a], [0x12], [0x2a]),
  ],
];

/** Requests within all limits, each of which costs as much as it can of something. */
export const costlyBodies: ReadonlyArray<readonly [what: string, body: () => string]> = [
  ['empty objects', () => request('', `,"x":[${list(2, () => '{}')}]`)],
  ['nested arrays', () => request('', `,"x":[${list(11, () => '[[[[[[[[[[]]]]]]]]]]')}]`)],
  ['one long text', () => request('', `,"x":"${'a'.repeat(BYTES - 1_000)}"`)],
  [
    'long bytes',
    () =>
      request(
        `{"name":"b","gauge":{"dataPoints":[{"asInt":1,"attributes":[{"key":"a","value":{"bytesValue":"${'A'.repeat(BYTES - 1_000)}"}}]}]}}`,
      ),
  ],
  ['points', () => request(`{"name":"p","gauge":{"dataPoints":[${list(6, attribute, POINTS)}]}}`)],
  ['metrics', () => request(list(6, metric, METRICS))],
  ['processes', () => `{"resourceMetrics":[${list(14, process, RESOURCES)}]}`],
  [
    'a long list',
    () =>
      request(
        `{"name":"l","gauge":{"dataPoints":[{"asInt":1,"attributes":[{"key":"a","value":{"kvlistValue":{"values":[${list(4, (i) => `{"key":"k${i}","value":{}}`)}]}}}]}]}}`,
      ),
  ],
];
