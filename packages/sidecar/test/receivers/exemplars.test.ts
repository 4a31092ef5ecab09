import { describe, expect, it } from 'vitest';
import type { Exemplar } from '../../src/metric.ts';
import { encodings, gaugeOf, requestOf } from './otlp-encode.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

describe.each(encodings)('exemplars in $encoding', ({ decode }) => {
  function exemplarsOf(metric: object): readonly Exemplar[] | undefined {
    const [point] = decode(requestOf(metric)).resources[0]?.metrics[0]?.points ?? [];
    return point !== undefined && 'exemplars' in point ? point.exemplars : undefined;
  }

  function ofHistogram(bounds: readonly number[], exemplars: readonly object[]): readonly Exemplar[] | undefined {
    const bucketCounts = [...bounds, 0].map(() => '1');
    const dataPoints = [{ count: String(bucketCounts.length), bucketCounts, explicitBounds: bounds, exemplars }];
    return exemplarsOf({ name: 'h', histogram: { aggregationTemporality: 2, dataPoints } });
  }

  it('are read with time and ids', () => {
    const exemplar = { asDouble: 0.25, timeUnixNano: '1700000000123000000', traceId: TRACE, spanId: SPAN };
    const read = [{ value: 0.25, time: 1_700_000_000_123, traceId: TRACE, spanId: SPAN }];
    expect(exemplarsOf(gaugeOf({ asInt: '1', exemplars: [exemplar] }))).toEqual(read);
    expect(ofHistogram([1], [exemplar])).toEqual(read);
    const dataPoints = [{ count: '1', zeroCount: '1', exemplars: [exemplar] }];
    expect(exemplarsOf({ name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints } })).toEqual(read);
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asInt: '1', exemplars: [exemplar] }] };
    expect(exemplarsOf({ name: 's', sum })).toEqual(read);
  });

  it('have no ids outside of a trace', () => {
    const outside = { value: 3, time: undefined, traceId: undefined, spanId: undefined };
    const zeros = { traceId: '0'.repeat(32), spanId: '0'.repeat(16) };
    expect(exemplarsOf(gaugeOf({ asInt: '1', exemplars: [{ asInt: '3' }] }))).toEqual([outside]);
    expect(exemplarsOf(gaugeOf({ asInt: '1', exemplars: [{ asInt: '3', ...zeros }] }))).toEqual([outside]);
  });

  it.each([
    ['no value', {}],
    ['a value that is no number', { asDouble: 'NaN' }],
    ['half a trace id', { asInt: '1', traceId: TRACE.slice(16), spanId: SPAN }],
    ['a span id that is too long', { asInt: '1', traceId: TRACE, spanId: TRACE }],
  ])('with %s are left out, and the point stays', (_, exemplar) => {
    const decoded = decode(requestOf(gaugeOf({ asInt: '1', exemplars: [exemplar] })));
    expect(decoded.resources[0]?.metrics[0]?.points).toEqual([{ attributes: [], value: 1 }]);
    expect(decoded.dropped.size).toBe(0);
  });

  it('are the last of each bucket', () => {
    const sent = [
      { asDouble: 0.5, timeUnixNano: '3000000' },
      { asDouble: 1, timeUnixNano: '2000000' },
      { asDouble: 1.5, timeUnixNano: '1000000' },
      { asDouble: 9 },
    ];
    expect(ofHistogram([1, 2], sent)?.map(({ value, time }) => [value, time])).toEqual([
      [0.5, 3],
      [1.5, 1],
      [9, undefined],
    ]);
    expect(exemplarsOf(gaugeOf({ asInt: '1', exemplars: sent }))).toHaveLength(1);
  });

  it('are those of the twenty highest buckets', () => {
    const bounds = Array.from({ length: 40 }, (_, i) => i + 1);
    const kept = ofHistogram(
      bounds,
      bounds.map((bound) => ({ asDouble: bound })),
    );
    expect(kept?.map(({ value }) => value)).toEqual(bounds.slice(-20));
    const powers = bounds.map((bound) => ({ asDouble: 2 ** bound }));
    const dataPoints = [{ count: '1', zeroCount: '1', exemplars: [{ asDouble: 0 }, ...powers] }];
    const exponential = exemplarsOf({ name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints } });
    expect(exponential?.map(({ value }) => value)).toEqual(bounds.slice(-20).map((bound) => 2 ** bound));
  });
});

it.each([
  ['no list', 'x'],
  ['no objects', [1, null, 'x']],
  ['ids that are no text', [{ asInt: '1', traceId: 1 }]],
])('exemplars in JSON that are %s are left out', (_, exemplars) => {
  const [json] = encodings;
  expect(json?.decode(requestOf(gaugeOf({ asInt: '1', exemplars })))).toMatchObject({
    points: 1,
    resources: [{ metrics: [{ points: [{ attributes: [], value: 1 }] }] }],
  });
});

it('ids in JSON may be in upper case', () => {
  const [json] = encodings;
  const exemplars = [{ asInt: '1', traceId: TRACE.toUpperCase(), spanId: SPAN.toUpperCase() }];
  expect(json?.decode(requestOf(gaugeOf({ asInt: '1', exemplars })))).toMatchObject({
    resources: [{ metrics: [{ points: [{ exemplars: [{ traceId: TRACE, spanId: SPAN }] }] }] }],
  });
});
