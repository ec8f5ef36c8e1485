import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import type {
  DataPoint,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  MetricsBatch,
  NumberPoint,
} from '../../model/metrics-batch.ts';
import { DeltaConverter, defaultDeltaLimits } from './delta.ts';
import { seriesFromMetrics } from './from-otlp.ts';

const second = 1_000_000_000n;
const base = 1_700_000_000n;

const at = (seconds: number): bigint => (base + BigInt(seconds)) * second;

function window(from: number | undefined, to: number): DataPoint {
  return {
    attributes: [],
    startTimeNs: from === undefined ? 0n : at(from),
    timeNs: at(to),
    flags: 0,
    exemplars: [],
  };
}

function number(from: number | undefined, to: number, value: number | bigint): NumberPoint {
  return { ...window(from, to), value };
}

function sum(points: readonly NumberPoint[], monotonic = true): MetricData {
  return { kind: 'sum', temporality: 'delta', monotonic, points };
}

function batchOf(data: MetricData, name = 'jobs', service = 'cart'): MetricsBatch {
  const attributes = [{ key: 'service.name', value: { kind: 'string', value: service } }] as const;
  const metric = { name, description: '', unit: '', metadata: [], data };
  return {
    resources: [
      {
        resource: { ...emptyResource, attributes },
        scopes: [{ scope: emptyScope, metrics: [metric] }],
      },
    ],
  };
}

const nowNs = at(1_000_000);

function convert(
  converter: DeltaConverter,
  data: MetricData,
  { tenant = 'default', name = 'jobs', service = 'cart' } = {},
): { data: MetricData | undefined; rejected: number; message: string; undo: () => void } {
  const { batch, rejected, message, undo } = converter.convert(
    batchOf(data, name, service),
    tenant,
    nowNs,
  );
  return { data: batch.resources[0]?.scopes[0]?.metrics[0]?.data, rejected, message, undo };
}

/** Seconds after the base, in milliseconds' precision. */
function seconds(timeNs: bigint): number {
  return timeNs === 0n ? 0 : Number((timeNs - base * second) / 1_000_000n) / 1000;
}

/** `[start, time, value]` of each point. */
function rows(data: MetricData | undefined): (readonly [number, number, number])[] {
  if (data?.kind !== 'sum') return [];
  expect(data.temporality).toBe('cumulative');
  return data.points.map(({ startTimeNs, timeNs, value }) => [
    seconds(startTimeNs),
    seconds(timeNs),
    Number(value),
  ]);
}

describe('sums', () => {
  const check = (
    name: string,
    points: readonly NumberPoint[],
    expected: readonly (readonly [number, number, number])[],
    rejected = 0,
    monotonic = true,
  ): void => {
    test(name, () => {
      const together = convert(new DeltaConverter(), sum(points, monotonic));
      expect(rows(together.data)).toEqual(expected);
      expect(together.rejected).toBe(rejected);
      const converter = new DeltaConverter();
      const apart = points.map((point) => convert(converter, sum([point], monotonic)));
      expect(apart.flatMap(({ data }) => rows(data))).toEqual(expected);
      expect(apart.reduce((total, one) => total + one.rejected, 0)).toBe(rejected);
    });
  };
  check(
    'in order: one sum, which begins with 0',
    [number(0, 10, 5), number(10, 20, 0), number(20, 30, 2)],
    [
      [0, 0.001, 0],
      [0, 10, 5],
      [0, 20, 5],
      [0, 30, 7],
    ],
  );
  check(
    'whole numbers stay whole beyond 2^53',
    [number(0, 10, 2n ** 53n), number(10, 20, 1n), number(20, 30, 1n)],
    [
      [0, 0.001, 0],
      [0, 10, 2 ** 53],
      [0, 20, 2 ** 53],
      [0, 30, 2 ** 53 + 2],
    ],
  );
  check(
    'a gap begins a new sum',
    [number(0, 10, 5), number(15, 20, 9), number(20, 30, 1)],
    [
      [0, 0.001, 0],
      [0, 10, 5],
      [15, 15.001, 0],
      [15, 20, 9],
      [15, 30, 10],
    ],
  );
  check(
    'late, and before the sum began: refused',
    [number(10, 20, 5), number(5, 12, 1), number(5, 25, 1), number(20, 30, 1)],
    [
      [10, 10.001, 0],
      [10, 20, 5],
      [10, 30, 6],
    ],
    2,
  );
  check(
    'windows that overlap count while time goes on: some senders give the start of the process',
    [number(0, 10, 5), number(0, 20, 1), number(0, 30, 2)],
    [
      [0, 0.001, 0],
      [0, 10, 5],
      [0, 20, 6],
      [0, 30, 8],
    ],
  );
  check(
    'without start times: no beginning is known, nor a gap',
    [number(undefined, 10, 5), number(undefined, 70, 1)],
    [
      [0, 10, 5],
      [0, 70, 6],
    ],
  );
  check(
    'a window without length',
    [number(10, 10, 5), number(10, 20, 1)],
    [
      [10, 10, 5],
      [10, 20, 6],
    ],
  );
  check(
    'a long window: the 0 is an hour before the delta at most',
    [number(0, 90_000, 5)],
    [
      [0, 86_400, 0],
      [0, 90_000, 5],
    ],
  );
  check(
    'what would spoil the sum is refused',
    [number(0, 10, 5), number(10, 20, NaN), number(10, 20, -1), number(30, 20, 1)],
    [
      [0, 0.001, 0],
      [0, 10, 5],
    ],
    3,
  );
  check(
    'sums that fall too: no 0 before them',
    [number(0, 10, 5), number(10, 20, -7), number(25, 30, 1)],
    [
      [0, 10, 5],
      [0, 20, -2],
      [25, 30, 1],
    ],
    0,
    false,
  );
  check(
    'no recorded value changes no sum',
    [number(0, 10, 5), { ...number(10, 20, 0), flags: 1 }, number(20, 30, 1)],
    [
      [0, 0.001, 0],
      [0, 10, 5],
      [0, 20, 5],
      [0, 30, 6],
    ],
  );
});

test('the reasons are told', () => {
  const converter = new DeltaConverter();
  convert(converter, sum([number(10, 20, 1)]));
  const { data, message, rejected } = convert(
    converter,
    sum([number(5, 15, 1), number(10, 25, -1), number(10, 25, Infinity)]),
  );
  expect(data).toBeUndefined();
  expect(rejected).toBe(3);
  expect(message.split('; ').toSorted()).toEqual([
    'delta point of metric "jobs" is negative',
    'delta point of metric "jobs" is not a finite number',
    'delta point of metric "jobs" is out of order',
  ]);
});

test('what is not delta passes as it is', () => {
  const batch = batchOf({
    kind: 'sum',
    temporality: 'cumulative',
    monotonic: true,
    points: [number(0, 10, 5)],
  });
  expect(new DeltaConverter().convert(batch, 'default', nowNs).batch).toBe(batch);
});

test('streams are kept apart by tenant, resource, metric, kind and attributes, in whatever order these come', () => {
  const converter = new DeltaConverter();
  const labelled = (from: number, ...names: string[]): MetricData =>
    sum([
      {
        ...number(from, from + 10, 1),
        attributes: names.map((key) => ({ key, value: { kind: 'string', value: 'x' } })),
      },
    ]);
  const last = (data: MetricData, of = {}): number | undefined =>
    rows(convert(converter, data, of).data).at(-1)?.[2];
  expect(last(labelled(0, 'a', 'b'))).toBe(1);
  expect(last(labelled(10, 'b', 'a'))).toBe(2);
  expect(last(labelled(10, 'a'))).toBe(1);
  expect(last(labelled(10, 'a', 'b'), { tenant: 'other' })).toBe(1);
  expect(last(labelled(10, 'a', 'b'), { service: 'shop' })).toBe(1);
  expect(last(labelled(10, 'a', 'b'), { name: 'runs' })).toBe(1);
  expect(last(sum([number(10, 20, 1)], false))).toBe(1);
  expect(converter.size).toBe(6);
});

describe('sent again', () => {
  test('after an answer that was lost: the same sample, added once', () => {
    const converter = new DeltaConverter();
    convert(converter, sum([number(0, 10, 5)]));
    convert(converter, sum([number(10, 20, 2)]));
    expect(convert(converter, sum([number(10, 20, 2)]))).toMatchObject({ rejected: 0 });
    expect(rows(convert(converter, sum([number(10, 20, 2)])).data)).toEqual([[0, 20, 7]]);
    expect(rows(convert(converter, sum([number(20, 30, 1)])).data)).toEqual([[0, 30, 8]]);
  });

  test('twice in one batch is no repetition', () => {
    const { data, rejected } = convert(
      new DeltaConverter(),
      sum([number(0, 10, 5), number(0, 10, 6)]),
    );
    expect(rows(data)).toEqual([
      [0, 0.001, 0],
      [0, 10, 5],
    ]);
    expect(rejected).toBe(1);
  });

  test('after it could not be stored', () => {
    const converter = new DeltaConverter();
    convert(converter, sum([number(0, 10, 5)]));
    const points = [number(10, 20, 2), number(20, 30, 2)];
    const failed = convert(converter, sum(points));
    failed.undo();
    const expected = [
      [0, 20, 7],
      [0, 30, 9],
    ];
    expect(rows(convert(converter, sum(points)).data)).toEqual(expected);
    // A later batch stands on the retried one: the first failure no longer concerns it.
    failed.undo();
    expect(rows(convert(converter, sum([number(30, 40, 1)])).data)).toEqual([[0, 40, 10]]);
    const fresh = convert(converter, sum([number(0, 10, 1)]), { name: 'new' });
    const { size } = converter;
    fresh.undo();
    expect(converter.size).toBe(size - 1);
  });
});

describe('what is kept is bounded', () => {
  for (const [name, limits] of [
    ['by number', { ...defaultDeltaLimits, streamsMax: 2 }],
    ['by size', { ...defaultDeltaLimits, bytesMax: 1200 }],
  ] as const) {
    test(name, () => {
      const converter = new DeltaConverter(limits);
      const add = (metric: string, from: number): unknown =>
        rows(convert(converter, sum([number(from, from + 10, 1)]), { name: metric }).data).at(-1);
      add('a', 0);
      add('b', 0);
      add('a', 10);
      add('c', 0);
      expect(converter.size).toBe(2);
      // `b` was silent longest: it begins anew.
      expect(add('a', 20)).toEqual([0, 30, 3]);
      expect(add('b', 10)).toEqual([10, 20, 1]);
    });
  }
});

function histogram(from: number, to: number, bucketCounts: readonly number[]): HistogramPoint {
  return {
    ...window(from, to),
    count: bucketCounts.reduce((total, one) => total + one, 0),
    sum: 10,
    min: from,
    max: to,
    bucketCounts,
    explicitBounds: bucketCounts.slice(1).map((_, bound) => bound + 1),
  };
}

test('histograms', () => {
  const { data, rejected } = convert(new DeltaConverter(), {
    kind: 'histogram',
    temporality: 'delta',
    points: [
      histogram(0, 10, [1, 2, 3]),
      histogram(10, 20, [0, 1, 0]),
      histogram(20, 30, [4, 4]),
      histogram(5, 25, [1, 1]),
    ],
  });
  if (data?.kind !== 'histogram') throw new Error('no histogram');
  expect(rejected).toBe(1);
  expect(
    data.points.map((point) => [
      seconds(point.startTimeNs),
      seconds(point.timeNs),
      point.count,
      point.sum,
      point.bucketCounts,
    ]),
  ).toEqual([
    [0, 0.001, 0, 0, [0, 0, 0]],
    [0, 10, 6, 10, [1, 2, 3]],
    [0, 20, 7, 20, [1, 3, 3]],
    [20, 20.001, 0, 0, [0, 0]],
    [20, 30, 8, 10, [4, 4]],
  ]);
  expect(data.points[2]).toMatchObject({ min: 0, max: 20 });
});

function exponential(
  from: number,
  scale: number,
  offset: number,
  bucketCounts: readonly number[],
): ExponentialHistogramPoint {
  return {
    ...window(from, from + 10),
    count: bucketCounts.reduce((total, one) => total + one, 1),
    sum: 1,
    min: undefined,
    max: undefined,
    scale,
    zeroCount: 1,
    zeroThreshold: 0,
    positive: { offset, bucketCounts },
    negative: { offset: 0, bucketCounts: [] },
  };
}

describe('exponential histograms', () => {
  const last = (...points: readonly ExponentialHistogramPoint[]): ExponentialHistogramPoint => {
    const { data } = convert(new DeltaConverter(), {
      kind: 'exponential-histogram',
      temporality: 'delta',
      points,
    });
    if (data?.kind !== 'exponential-histogram') throw new Error('no histogram');
    return data.points.at(-1)!;
  };

  test('of one scale', () => {
    expect(last(exponential(0, 2, -1, [1, 2]), exponential(10, 2, 0, [1, 0, 1]))).toMatchObject({
      scale: 2,
      count: 7,
      zeroCount: 2,
      positive: { offset: -1, bucketCounts: [1, 3, 0, 1] },
    });
  });

  test('the coarser scale wins', () => {
    expect(last(exponential(0, 1, -3, [1, 2, 4, 8]), exponential(10, 0, 0, [1]))).toMatchObject({
      scale: 0,
      positive: { offset: -2, bucketCounts: [1, 6, 9] },
    });
  });

  test('a range too wide for its buckets is coarsened, however wide', () => {
    const { positive, scale, count } = last(
      exponential(0, 20, -(2 ** 31), [1]),
      exponential(10, 20, 2 ** 31 - 1, [1]),
    );
    expect(positive.bucketCounts.length).toBeLessThanOrEqual(320);
    expect(positive.bucketCounts.reduce((total, one) => total + one, 0)).toBe(2);
    expect(count).toBe(4);
    expect(scale).toBe(-4);
  });
});

/** What PromQL adds up: every rise, and after a fall the whole value. */
function increase(values: readonly number[]): number {
  return values.reduce((total, value, index) => {
    const previous = values[index - 1];
    if (previous === undefined) return total;
    return total + (value >= previous ? value - previous : value);
  }, 0);
}

test('the increases of the series are the sum of the deltas, across gaps, restarts, retries and failures', () => {
  const step = fc.record({
    gap: fc.constantFrom(0, 0, 0, 5),
    length: fc.integer({ min: 1, max: 60 }),
    delta: fc.nat({ max: 1000 }),
    event: fc.constantFrom('none', 'none', 'none', 'again', 'failed', 'late', 'restart'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let converter = new DeltaConverter();
      const samples = new Map<number, number>();
      let now = 0;
      let expected = 0;
      const send = (point: NumberPoint): number => {
        const { batch, rejected } = converter.convert(batchOf(sum([point])), 'default', nowNs);
        for (const { timestampsMs, values } of seriesFromMetrics(batch).series.series)
          timestampsMs.forEach((time, index) => samples.set(time, values[index]!));
        return rejected;
      };
      for (const { gap, length, delta, event } of steps) {
        if (event === 'restart') converter = new DeltaConverter();
        const point = number(now + gap, now + gap + length, delta);
        now += gap + length;
        if (event === 'failed') converter.convert(batchOf(sum([point])), 'default', nowNs).undo();
        expect(send(point)).toBe(0);
        expected += delta;
        if (event === 'again') expect(send(point)).toBe(0);
        if (event === 'late') expect(send(number(now - 2, now - 1, 7))).toBe(1);
      }
      const inOrder = [...samples].toSorted(([a], [b]) => a - b).map(([, value]) => value);
      expect(increase(inOrder)).toBe(expected);
    }),
  );
});
