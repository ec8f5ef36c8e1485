// A histogram as one line of text, as Prometheus writes it into `count_values` labels and error messages.

import { formatGoFloatShort } from '../../../base/float.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { allBuckets, usesCustomBuckets } from './buckets.ts';

export function printHistogram(histogram: NativeHistogram): string {
  const parts = [
    `count:${formatGoFloatShort(histogram.count)}`,
    `sum:${formatGoFloatShort(histogram.sum)}`,
  ];
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    const isZero = !usesCustomBuckets(histogram) && lower === -upper;
    // Buckets are open on the side of zero; the zero bucket is closed on both.
    const open = isZero || upper <= 0 ? '[' : '(';
    const close = isZero || upper > 0 ? ']' : ')';
    parts.push(
      `${open}${formatGoFloatShort(lower)},${formatGoFloatShort(upper)}${close}:${formatGoFloatShort(count)}`,
    );
  }
  return `{${parts.join(', ')}}`;
}
