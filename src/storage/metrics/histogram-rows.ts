// Rows of the `histograms` table as native histograms.

import type { HistogramSpan, NativeHistogram } from '../../model/native-histogram.ts';
import type { SeriesData } from '../../query/sources.ts';
import { columnOfKind, type NativeBlock } from '../native/native-columns.ts';
import { resetHints } from './encode-series.ts';

export function* readHistograms(
  block: NativeBlock,
): Generator<readonly [bigint, SeriesData['histograms'][number]]> {
  const ids = block.unsigned64('series_id');
  const times = block.signed64('ms');
  const starts = block.signed64('start_ms');
  for (let row = 0; row < block.rows; row++) {
    yield [
      ids[row] ?? 0n,
      {
        timestampMs: Number(times[row]),
        startTimestampMs: Number(starts[row]),
        histogram: histogramAt(block, row),
      },
    ];
  }
}

function histogramAt(block: NativeBlock, row: number): NativeHistogram {
  const number = (name: string): number => block.numbers(name)[row] ?? 0;
  const list = (name: string): number[] => {
    const { offsets, items } = block.array(name);
    const { values } = columnOfKind(items, 'numbers');
    return Array.from(values.subarray(offsets[row] ?? 0, offsets[row + 1] ?? 0));
  };
  const spans = (sign: 'positive' | 'negative'): HistogramSpan[] => {
    const lengths = list(`${sign}_lengths`);
    return list(`${sign}_offsets`).map((offset, at) => ({ offset, length: lengths[at] ?? 0 }));
  };
  return {
    counterResetHint: resetHints[number('counter_reset_hint')] ?? 'unknown',
    schema: number('schema'),
    zeroThreshold: number('zero_threshold'),
    zeroCount: number('zero_count'),
    count: number('count'),
    sum: number('sum'),
    positiveSpans: spans('positive'),
    positiveBuckets: list('positive_buckets'),
    negativeSpans: spans('negative'),
    negativeBuckets: list('negative_buckets'),
    customValues: list('custom_values'),
  };
}
