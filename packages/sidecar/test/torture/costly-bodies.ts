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
