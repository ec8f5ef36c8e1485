import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadProtos, plainMessage } from '../../../test/proto-oracle.ts';
import { isStaleAt, staleNaNBits } from '../../model/series-batch.ts';
import { decodeRemoteWrite, encodeRemoteWrite } from './remote-write.ts';

const protos = loadProtos('prometheus/prompb', ['remote.proto']);
const type = protos?.lookupType('prometheus.WriteRequest');

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
const labels = fc
  .uniqueArray(fc.record({ name, value: name }), { selector: (label) => label.name, minLength: 1 })
  .map((list) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
const time = fc
  .integer({ min: 1, max: 2 ** 45 })
  .chain((ms) => fc.constantFrom(ms, -ms))
  .map(String);
const nonZero = fc.double().filter((value) => !Object.is(value, 0));
const sample = fc.record({ value: nonZero, timestamp: time });
const exemplar = fc.record({ labels, value: nonZero, timestamp: time });
const spans = fc.array(
  fc.record({ offset: fc.integer({ min: 1, max: 90 }), length: fc.integer({ min: 1, max: 9 }) }),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const counts = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 5 });
const floatHistogram = fc.record({
  count_float: fc.double(),
  sum: fc.double(),
  schema: fc.constantFrom(-4, 3, 8, -53),
  zero_threshold: fc.double(),
  zero_count_float: fc.double(),
  negative_spans: spans,
  negative_counts: counts,
  positive_spans: spans,
  positive_counts: counts,
  reset_hint: fc.integer({ min: 1, max: 3 }),
  timestamp: time,
  custom_values: counts,
});

function lists<T extends object>(shape: {
  [K in keyof T]: fc.Arbitrary<T[K]>;
}): fc.Arbitrary<object> {
  return fc.record(shape, { requiredKeys: [] });
}

describe.skipIf(protos === undefined)('remote write 1.0', () => {
  test('what protobufjs writes, read and written again', () => {
    const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(item, { minLength: 1, maxLength: 3 });
    const series = lists({
      labels,
      samples: few(sample),
      exemplars: few(exemplar),
      histograms: few(floatHistogram),
    });
    const metadata = lists({
      type: fc.integer({ min: 1, max: 7 }),
      metric_family_name: name,
      help: name,
      unit: name,
    });
    const request = lists({ timeseries: few(series), metadata: few(metadata) });
    fc.assert(
      fc.property(request, (message) => {
        const bytes = type!.encode(type!.fromObject(message)).finish();
        const again = encodeRemoteWrite(decodeRemoteWrite(bytes));
        expect(plainMessage(type!, again)).toEqual(plainMessage(type!, bytes));
      }),
      { numRuns: 60 },
    );
  });

  test('integer histograms: deltas become counts', () => {
    const histograms = [
      {
        count_int: 21,
        sum: 18.4,
        schema: 1,
        zero_threshold: 0.001,
        zero_count_int: 2,
        positive_spans: [
          { offset: -1, length: 2 },
          { offset: 3, length: 1 },
        ],
        positive_deltas: [3, 1, -2],
        negative_spans: [{ offset: 0, length: 1 }],
        negative_deltas: [5],
        reset_hint: 1,
        timestamp: 1000,
      },
    ];
    const message = type!.fromObject({ timeseries: [{ histograms }] });
    const { series } = decodeRemoteWrite(type!.encode(message).finish());
    expect(series[0]!.histograms).toEqual([
      {
        timestampMs: 1000,
        startTimestampMs: 0,
        histogram: {
          counterResetHint: 'reset',
          schema: 1,
          zeroThreshold: 0.001,
          zeroCount: 2,
          count: 21,
          sum: 18.4,
          positiveSpans: [
            { offset: -1, length: 2 },
            { offset: 3, length: 1 },
          ],
          positiveBuckets: [3, 4, 2],
          negativeSpans: [{ offset: 0, length: 1 }],
          negativeBuckets: [5],
          customValues: [],
        },
      },
    ]);
  });

  test('labels are sorted, empty ones dropped', () => {
    const unsorted = [
      { name: 'job', value: 'j' },
      { name: '__name__', value: 'up' },
      { name: 'empty', value: '' },
    ];
    const message = type!.fromObject({ timeseries: [{ labels: unsorted }] });
    expect(decodeRemoteWrite(type!.encode(message).finish()).series[0]!.labels).toEqual([
      { name: '__name__', value: 'up' },
      { name: 'job', value: 'j' },
    ]);
  });
});

test('a stale marker keeps its bits, there and back', () => {
  const values = new Float64Array(
    new BigUint64Array([staleNaNBits, 0x7ff8_0000_0000_0001n]).buffer,
  );
  const series = {
    labels: [{ name: '__name__', value: 'up' }],
    timestampsMs: Float64Array.of(1, 2),
    values,
    startTimestampsMs: new Float64Array(0),
    histograms: [],
    exemplars: [],
    resource: [],
  };
  const decoded = decodeRemoteWrite(encodeRemoteWrite({ series: [series], metadata: [] }))
    .series[0]!;
  expect([isStaleAt(decoded.values, 0), isStaleAt(decoded.values, 1)]).toEqual([true, false]);
  expect([...decoded.timestampsMs]).toEqual([1, 2]);
});

test('truncated', () => {
  expect(() => decodeRemoteWrite(Uint8Array.of(10, 4, 18, 9))).toThrow(
    'malformed protobuf: field longer than its message in WriteRequest at byte 2',
  );
});
