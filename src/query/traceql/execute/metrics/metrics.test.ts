import { describe, expect, test } from 'vitest';
import { originNs, secondNs, spanOf } from '../../../../../test/traceql-spans.ts';
import type { TraceqlMetricsRequest, TraceqlSeries } from '../../engine.ts';
import { createTraceqlEngine } from '../engine.ts';
import { MemorySpanSource } from '../memory-source.ts';
import { bucketBound, bucketQuantile } from './log-buckets.ts';
import { createTimeline } from './timeline.ts';
import { defaultMetricsLimits } from './limits.ts';

/** Requests of two services: one a second for a minute, every fourth of them slow, every tenth failed. */
const spans = Array.from({ length: 60 }, (_, at) =>
  spanOf({
    id: `s${at}`,
    trace: `t${at}`,
    name: 'GET',
    service: at % 2 === 0 ? 'cart' : 'shop',
    startMs: at * 1000 + 500,
    durationMs: at % 4 === 0 ? 256 : 16,
    status: at % 10 === 0 ? 'error' : 'ok',
    attributes: at % 3 === 0 ? { size: BigInt(at) } : {},
  }),
);

async function evaluate(
  query: string,
  changes: Partial<TraceqlMetricsRequest> = {},
): Promise<readonly TraceqlSeries[]> {
  const source = new MemorySpanSource();
  source.add('t', spans);
  return createTraceqlEngine({ spans: source }).metrics(
    {
      query,
      tenants: ['t'],
      startNs: originNs,
      endNs: originNs + 60n * secondNs,
      stepNs: 20n * secondNs,
      instant: false,
      exemplarsMax: 0,
      ...changes,
    },
    new AbortController().signal,
  );
}

/** One line a series: labels, then values by seconds since the origin. */
function show(series: readonly TraceqlSeries[]): readonly string[] {
  const originMs = Number(originNs / 1_000_000n);
  return series.map(({ labels, timestampsMs, values }) => {
    const names = labels.map(({ key, value }) => `${key}=${value.value}`).join(',');
    const samples = [...values].map(
      (value, at) =>
        `${((timestampsMs[at] ?? 0) - originMs) / 1000}:${Number(value.toPrecision(6))}`,
    );
    return `${names} ${samples.join(' ')}`;
  });
}

async function check(query: string, expected: readonly string[]): Promise<void> {
  expect(show(await evaluate(query)), query).toEqual(expected);
}

describe('functions', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{ } | rate()', ['__name__=rate 0:0 20:1 40:1 60:1']],
    ['{ } | count_over_time()', ['__name__=count_over_time 0:0 20:20 40:20 60:20']],
    ['{ status = error } | count_over_time()', ['__name__=count_over_time 0:0 20:2 40:2 60:2']],
    ['{ name = "none" } | count_over_time()', ['__name__=count_over_time 0:0 20:0 40:0 60:0']],
    [
      '{ } | count_over_time() by (resource.service.name, status)',
      [
        'resource.service.name=cart,status=error 0:0 20:2 40:2 60:2',
        'resource.service.name=cart,status=ok 0:0 20:8 40:8 60:8',
        'resource.service.name=shop,status=ok 0:0 20:10 40:10 60:10',
      ],
    ],
    ['{ } | max_over_time(duration)', ['__name__=max_over_time 20:0.256 40:0.256 60:0.256']],
    ['{ } | min_over_time(span.size)', ['__name__=min_over_time 20:0 40:21 60:42']],
    ['{ } | sum_over_time(span.size)', ['__name__=sum_over_time 20:63 40:210 60:297']],
    ['{ } | avg_over_time(span.size)', ['__name__=avg_over_time 20:9 40:30 60:49.5']],
    [
      '{ } | quantile_over_time(duration, 0.5, 1)',
      // 16 ms lies in the bucket up to 2^24 ns, 256 ms in the one up to 2^28 ns.
      ['p=0.5 20:0.0133161 40:0.0133161 60:0.0133161', 'p=1 20:0.268435 40:0.268435 60:0.268435'],
    ],
    [
      '{ } | histogram_over_time(duration)',
      ['__bucket=0.016777216 0:0 20:15 40:15 60:15', '__bucket=0.268435456 0:0 20:5 40:5 60:5'],
    ],
    // What takes a whole trace to know.
    [
      '{ rootName = "GET" } | count_over_time() by (rootServiceName) | topk(1)',
      ['rootServiceName=cart 0:0 20:10 40:10 60:10'],
    ],
    ['{ } >> { } | count_over_time()', ['__name__=count_over_time 0:0 20:0 40:0 60:0']],
    ['{ } | count() > 0 | rate()', ['__name__=rate 0:0 20:1 40:1 60:1']],
  ];
  test.each(cases)('%s', check);

  test('missing group values are left out, unless all are missing', async () => {
    await check('{ status = error } | count_over_time() by (span.size, span.none)', [
      'span.size=0 0:0 20:1 40:0 60:0',
      'span.size=30 0:0 20:0 40:1 60:0',
      'span.size=nil 0:0 20:1 40:1 60:2',
    ]);
  });
});

describe('second stages and arithmetic', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      '{ } | count_over_time() by (status) | topk(1)',
      ['status=error 0:0', 'status=ok 20:18 40:18 60:18'],
    ],
    ['{ } | count_over_time() by (status) | bottomk(1) > 0', ['status=error 20:2 40:2 60:2']],
    [
      '{ } | max_over_time(duration) > 200ms',
      ['__name__=max_over_time 20:0.256 40:0.256 60:0.256'],
    ],
    ['({ } | rate()) * 100 > 1', ['__name__=rate 20:100 40:100 60:100']],
    ['1 - ({ status = error } | rate())', ['__name__=rate 0:1 20:0.9 40:0.9 60:0.9']],
    [
      '({ status = error } | rate() by (resource.service.name)) / ({ } | rate() by (resource.service.name))',
      ['resource.service.name=cart 20:0.2 40:0.2 60:0.2'],
    ],
    [
      '({ } | rate() by (resource.service.name)) / ({ } | rate())',
      [
        'resource.service.name=cart 20:0.5 40:0.5 60:0.5',
        'resource.service.name=shop 20:0.5 40:0.5 60:0.5',
      ],
    ],
    ['({ status = error } | rate()) / ({ } | rate())', [' 20:0.1 40:0.1 60:0.1']],
    ['({ status = error } | rate()) + ({ } | rate())', [' 0:0 20:1.1 40:1.1 60:1.1']],
    ['({ } | rate()) - 0.5', ['__name__=rate 0:-0.5 20:0.5 40:0.5 60:0.5']],
    ['{ } | rate() with(extrapolate=true)', ['__name__=rate 0:0 20:1 40:1 60:1']],
  ];
  test.each(cases)('%s', check);
});

describe('compare', () => {
  test('how the selection differs', async () => {
    const series = await evaluate('{ } | compare({ duration > 100ms }, 1)', { instant: true });
    expect(show(series)).toEqual([
      '__meta_type=baseline,resource.service.name=shop 60:30',
      '__meta_type=baseline_total,resource.service.name=nil 60:45',
      '__meta_type=baseline,span.size=3 60:1',
      '__meta_type=baseline_total,span.size=nil 60:15',
      '__meta_type=selection,resource.service.name=cart 60:15',
      '__meta_type=selection_total,resource.service.name=nil 60:15',
      '__meta_type=selection,span.size=0 60:1',
      '__meta_type=selection_total,span.size=nil 60:5',
    ]);
  });
});

describe('time', () => {
  test('an instant query has one bucket at its end', async () => {
    expect(show(await evaluate('{ } | rate()', { instant: true }))).toEqual(['__name__=rate 60:1']);
  });

  test('a range is widened to whole steps, with one more in front', () => {
    const timeline = createTimeline(
      {
        query: '',
        tenants: [],
        startNs: originNs + 7n * secondNs,
        endNs: originNs + 31n * secondNs,
        stepNs: 10n * secondNs,
        instant: false,
        exemplarsMax: 0,
      },
      defaultMetricsLimits,
    );
    const seconds = [...timeline.timestampsMs].map((ms) => ms / 1000 - Number(originNs / secondNs));
    expect(seconds).toEqual([0, 10, 20, 30, 40]);
    // Right-closed: an edge belongs to the bucket that it ends.
    expect(timeline.bucketOf(originNs)).toBe(0);
    expect(timeline.bucketOf(originNs + 1n)).toBe(1);
    expect(timeline.bucketOf(originNs + 40n * secondNs)).toBe(4);
    expect(timeline.bucketOf(originNs + 40n * secondNs + 1n)).toBe(-1);
    expect(timeline.bucketOf(originNs - 10n * secondNs)).toBe(-1);
  });

  test('what no query can be about', async () => {
    const query = '{ } | rate()';
    await expect(evaluate(query, { stepNs: 1_000_000n })).rejects.toMatchObject({
      code: 'limit',
      message: 'step of 1ms is too small, minimum step for given range is 6ms',
    });
    await expect(evaluate(query, { endNs: originNs })).rejects.toMatchObject({
      code: 'invalid-data',
    });
    await expect(evaluate('{ }')).rejects.toMatchObject({ code: 'semantics' });
  });
});

describe('exemplars', () => {
  test('spans with what was observed, at most as many as wanted', async () => {
    const [series] = await evaluate('{ status = error } | max_over_time(duration)', {
      exemplarsMax: 3,
    });
    expect(series?.exemplars).toHaveLength(3);
    const [exemplar] = series!.exemplars;
    expect(exemplar?.labels.map(({ key }) => key).slice(0, 4)).toEqual([
      'trace:id',
      'span:id',
      'name',
      'resource.service.name',
    ]);
    expect([0.016, 0.256]).toContain(exemplar?.value);
    const counted = await evaluate('{ } | rate() with(exemplars=2)', { exemplarsMax: 100 });
    expect(counted[0]?.exemplars.map(({ value }) => value)).toEqual([Number.NaN, Number.NaN]);
    const none = await evaluate('{ } | rate() with(exemplars=false)', { exemplarsMax: 100 });
    expect(none[0]?.exemplars).toEqual([]);
  });
});

describe('power-of-two buckets', () => {
  test('bounds', () => {
    const bounds = [1, 2, 3, 1024, 1025, 0.3, 0, -1, Number.NaN].map(bucketBound);
    expect(bounds).toEqual([1, 2, 4, 1024, 2048, 0.5, undefined, undefined, undefined]);
  });

  test('quantiles', () => {
    const buckets = [
      { bound: 2, count: 1 },
      { bound: 8, count: 0 },
      { bound: 16, count: 1 },
    ];
    expect([0, 0.5, 0.75, 1].map((quantile) => bucketQuantile(quantile, buckets))).toEqual([
      1,
      2,
      2 ** 3.5,
      16,
    ]);
    expect(bucketQuantile(0.5, [])).toBeNaN();
  });
});
